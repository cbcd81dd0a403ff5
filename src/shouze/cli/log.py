"""``shouze log``: verify the handling log, print its newest checkpoint and its public key, publish it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from shouze import wiring
from shouze.cli.failing import FAILED
from shouze.cli.opening import settings_of
from shouze.cli.terminal import Progress, Terminal
from shouze.cli.words import Group, command, option
from shouze.language import Text
from shouze.ledger.note import Verifier
from shouze.ledger.verify import Report, verify_log
from shouze.sequencer.publishing import Published
from shouze.sequencer.publishing import publish as write
from shouze.verifier.folder import FolderSource

_SHOWN = 20


@click.group(cls=Group, words=Text("核验、发布、查阅操作日志。", "Verify, publish and read the log."))
def log() -> None:
    """Gather the commands of the log."""


@command(
    "核验安装所存的全部日志。无误时退出码为 0，否则为 1。",
    "Verify all that the installation keeps of its log. Exit 0 only if everything holds, else 1.",
    name="verify", group=log,
)  # fmt: skip
@option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    zh="核验已发布的目录，而不是安装本身",
    en="verify a published folder in place of the installation",
)
@option(
    "--vkey", zh="日志公钥（核验目录时；默认取本安装的）", en="the log's public key, for a folder (this installation's)"
)
@click.pass_context
def verify(ctx: click.Context, folder: Path | None, vkey: str | None) -> None:
    """Verify, and print size, root and faults."""
    terminal: Terminal = ctx.obj
    if folder is None:
        report = asyncio.run(wiring.verify(terminal.home, settings_of(terminal)))
    else:
        report = verify_log(FolderSource(folder), [verifier_of(terminal, vkey)], still=False)
    print_report(terminal, report)
    ctx.exit(0 if report.ok else FAILED)


@command(
    "打印最新的已签名检查点及见证人的签名。",
    "Print the newest signed checkpoint, with the signatures of witnesses.",
    name="checkpoint", group=log,
)  # fmt: skip
@click.pass_obj
def checkpoint(terminal: Terminal) -> None:
    """Print the note as it was signed."""

    async def act() -> str:
        async with wiring.open_log(terminal.home, settings) as opened:
            return (await opened.published.cosigned()).note

    settings = settings_of(terminal)
    click.echo(asyncio.run(act()), nl=False)


@command(
    "打印日志公钥（C2SP vkey），交给核验者。", "Print the log's public key (C2SP vkey) for whoever verifies.", group=log
)
@click.pass_obj
def vkey(terminal: Terminal) -> None:
    """Print the verifier key."""
    settings_of(terminal)
    click.echo(wiring.read_verifier(terminal.home).vkey)


@command(
    "把日志写成可由任何网页服务器提供的文件（C2SP tlog-tiles）；再次运行则补上新的部分。",
    "Write the log as files that any web server can serve (C2SP tlog-tiles); run again, it adds what is new.",
    name="publish", group=log,
)  # fmt: skip
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@option("--without-entries", is_flag=True, zh="只写哈希，不写条目", en="hashes alone, without the entries")
@click.pass_obj
def publish(terminal: Terminal, folder: Path, without_entries: bool) -> None:
    """Bring the folder to the newest checkpoint."""
    progress = Progress(terminal, Text("已发布", "published"))

    def told(done: int, size: int) -> None:
        progress.total = size
        progress.step(max(0, done - progress.done))

    async def act() -> Published:
        async with wiring.open_log(terminal.home, settings) as opened:
            return await write(opened.published, opened.verifier, folder, entries=not without_entries, told=told)

    settings = settings_of(terminal)
    made = asyncio.run(act())
    progress.end()
    terminal.say(
        f"{folder}：{made.size} 条记录，写入 {made.files} 个文件", f"{folder}: {made.size} records, {made.files} files"
    )


def verifier_of(terminal: Terminal, vkey: str | None) -> Verifier:
    """Return the key that is given, or this installation's."""
    return Verifier.from_vkey(vkey.strip()) if vkey else wiring.read_verifier(terminal.home)


def print_report(terminal: Terminal, report: Report) -> None:
    """Print size, root, number of faults, and the first faults by name and place."""
    terminal.say(f"记录数 {report.size}", f"size {report.size}")
    terminal.say(f"根哈希 {report.root.hex() or '—'}", f"root {report.root.hex() or '—'}")
    terminal.say(f"问题数 {len(report.faults)}", f"faults {len(report.faults)}")
    for fault in report.faults[:_SHOWN]:
        click.echo(f"  {fault.code}  {fault.where}  {terminal.show(fault.text)}")
