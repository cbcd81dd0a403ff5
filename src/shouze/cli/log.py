"""``shouze log``: verify the handling log, print its newest checkpoint and its public key, publish it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import click

from shouze import wiring
from shouze.cli.failing import FAILED
from shouze.cli.opening import read_input, settings_of
from shouze.cli.terminal import Progress, Terminal
from shouze.cli.words import Group, command, option
from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.note import Verifier, read_note
from shouze.ledger.verify import Report
from shouze.sequencer.publishing import Published
from shouze.sequencer.publishing import publish_all as write
from shouze.verifier.meter import Meter
from shouze.verifier.resuming import ResumeFile
from shouze.verifier.shards import VerifiedLog, folder_of, rests_on, verify_folders
from shouze.verifier.walking import Plan

_SHOWN, STOPPED = 20, 130


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
@option(
    "--from", "since", type=click.Path(path_type=Path),
    zh="此前核验过的检查点文件：从该日志起，证明一致，只重算其后的记录",
    en="a checkpoint verified before: from its log on, consistency is proven, only what came after is hashed again",
)  # fmt: skip
@option(
    "--resume", type=click.Path(path_type=Path, dir_okay=False), zh="进度文件：停止后再次运行即继续，日志增长后也可用",
    en="a file that keeps how far it got: run again, it goes on, also when the log has grown",
)  # fmt: skip
@option(
    "--jobs", type=click.IntRange(1, 1024), zh="并行进程数（默认为处理器数）",
    en="processes at a time (as many as processors)",
)  # fmt: skip
@click.pass_context
def verify(
    ctx: click.Context, folder: Path | None, vkey: str | None, since: Path | None, resume: Path | None,
    jobs: int | None,
) -> None:  # fmt: skip
    """Verify, and print size, root and faults."""
    terminal: Terminal = ctx.obj
    meter = Meter(terminal.language, Text("已核验", "verified"))
    course = wiring.Course(None, jobs or len(os.sched_getaffinity(0)), resume, meter)
    try:
        verified = _verified(terminal, folder, vkey, since, course)
    except KeyboardInterrupt:
        terminal.note("已停止；用 --resume 可继续", "stopped; with --resume it can go on")
        ctx.exit(STOPPED)
    finally:
        meter.end()
    for number, each in enumerate(verified):
        before = verified[number - 1] if number else None
        alone = before is None or before.deleted or before.passed_over
        print_log(terminal, each, alone=alone, named=len(verified) > 1)
    ctx.exit(0 if all(each.report.ok for each in verified) else FAILED)


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
    note = asyncio.run(act())
    click.echo(note, nl=False)
    if len(read_note(note.encode())[1]) == 1:
        terminal.note("没有见证人签署此检查点", "no witness has cosigned this checkpoint")


@command(
    "打印日志公钥（C2SP vkey），交给核验者。", "Print the log's public key (C2SP vkey) for whoever verifies.", group=log
)
@option("--all", "every", is_flag=True, zh="历年各日志的公钥，每行一个", en="the keys of all logs, the first one first")
@click.pass_obj
def vkey(terminal: Terminal, every: bool) -> None:
    """Print the verifier key."""
    settings_of(terminal)
    keys = known_keys(terminal)
    for key in keys if every else keys[-1:]:
        click.echo(key.vkey)


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
            return await write(wiring.shown_in(folder, opened.shards), entries=not without_entries, told=told)

    settings = settings_of(terminal)
    made = asyncio.run(act())
    progress.end()
    terminal.say(
        f"{folder}：{made.size} 条记录，写入 {made.files} 个文件", f"{folder}: {made.size} records, {made.files} files"
    )


def _verified(
    terminal: Terminal, folder: Path | None, vkey: str | None, since: Path | None, course: wiring.Course
) -> list[VerifiedLog]:
    """Verify what is asked for, from the log of the checkpoint on where one is given."""
    if folder is None:
        settings = settings_of(terminal)
        known = _checkpoint(since, known_keys(terminal))[0] if since else None
        return asyncio.run(wiring.verify_shards(terminal.home, settings, course._replace(since=known)))
    known, log = _checkpoint(since, keys_of(terminal, vkey)) if since else (None, _key_of(terminal, folder, vkey))
    resume = ResumeFile(course.resume, log) if course.resume else None
    return verify_folders(folder, Plan([log], None, known, jobs=course.jobs, resume=resume, told=course.told))


def _checkpoint(path: Path, keys: Sequence[Verifier]) -> tuple[Checkpoint, Verifier]:
    """Return a checkpoint that one of the logs has signed, and that one's key."""
    raw = read_input(path)
    for key in keys:
        try:
            return open_checkpoint(raw, [key])[0], key
        except (InvalidError, TamperedError) as problem:
            why = problem.detail
    remedy = Text("给出此日志的检查点文件", "Give a checkpoint of this log")
    raise InvalidError(why, field=str(path), remedy=remedy)


def known_keys(terminal: Terminal) -> list[Verifier]:
    """Return the keys of this installation's logs, first to last."""

    async def act() -> list[Verifier]:
        async with wiring.open_log(terminal.home, settings) as opened:
            return [each.verifier for each in opened.shards]

    settings = settings_of(terminal)
    return asyncio.run(act())


def keys_of(terminal: Terminal, vkey: str | None) -> list[Verifier]:
    """Return the key that is given, or those of this installation's logs."""
    return [Verifier.from_vkey(vkey.strip())] if vkey else known_keys(terminal)


def _key_of(terminal: Terminal, folder: Path, vkey: str | None) -> Verifier:
    """Return the key that is given, or of this installation's logs the first that is whole in the folder."""
    keys = keys_of(terminal, vkey)
    whole = (key for key in keys if (folder_of(folder, key) / "tile").is_dir())
    return next(whole, keys[0])


def print_log(terminal: Terminal, verified: VerifiedLog, *, alone: bool, named: bool) -> None:
    """Print what was found of one of the logs, and on what that rests."""
    if named:
        terminal.say(f"日志 {verified.log.name}", f"log {verified.log.name}")
    if verified.deleted:
        terminal.say("已到保存期限，只留最后的检查点", "past its retention: its last checkpoint is left")
    if verified.passed_over:
        terminal.say("先于所给检查点的日志，未核验", "before the checkpoint that was given: not verified")
    print_report(terminal, verified.report)
    for words in rests_on(verified, alone=alone):
        click.echo(terminal.show(words))


def print_report(terminal: Terminal, report: Report) -> None:
    """Print size, root, number of faults, and the first faults by name and place."""
    terminal.say(f"记录数 {report.size}", f"size {report.size}")
    terminal.say(f"根哈希 {report.root.hex() or '—'}", f"root {report.root.hex() or '—'}")
    terminal.say(f"问题数 {len(report.faults)}", f"faults {len(report.faults)}")
    for fault in report.faults[:_SHOWN]:
        click.echo(f"  {fault.code}  {fault.where}  {terminal.show(fault.text)}")
