"""``shouze log``: verify the handling log; print its newest checkpoint and its public key."""

from __future__ import annotations

import asyncio

import click

from shouze import wiring
from shouze.cli.failing import FAILED
from shouze.cli.opening import settings_of
from shouze.cli.terminal import Terminal
from shouze.cli.words import Group, command
from shouze.errors import NotFoundError
from shouze.language import Text
from shouze.ledger.verify import Report

_SHOWN = 20


@click.group(cls=Group, words=Text("核验操作日志，取检查点和公钥。", "Verify the log; print its checkpoint and key."))
def log() -> None:
    """Gather the commands of the log."""


@command(
    "核验安装所存的全部日志。无误时退出码为 0，否则为 1。",
    "Verify all that the installation keeps of its log. Exit 0 only if everything holds, else 1.",
    name="verify", group=log,
)  # fmt: skip
@click.pass_context
def verify(ctx: click.Context) -> None:
    """Verify, and print size, root and faults."""
    terminal: Terminal = ctx.obj
    report = asyncio.run(wiring.verify(terminal.home, settings_of(terminal)))
    print_report(terminal, report)
    ctx.exit(0 if report.ok else FAILED)


@command("打印最新的已签名检查点。", "Print the newest signed checkpoint.", name="checkpoint", group=log)
@click.pass_obj
def checkpoint(terminal: Terminal) -> None:
    """Print the note as it was signed."""

    async def act() -> str:
        async with wiring.open_log(terminal.home, settings) as opened:
            latest = await opened.rows.latest_checkpoint()
        if latest is None:
            remedy = Text("先运行 shouze up", "Run shouze up first")
            raise NotFoundError(Text("还没有检查点", "There is no checkpoint yet"), field="log", remedy=remedy)
        return latest.note

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


def print_report(terminal: Terminal, report: Report) -> None:
    """Print size, root, number of faults, and the first faults by name and place."""
    terminal.say(f"记录数 {report.size}", f"size {report.size}")
    terminal.say(f"根哈希 {report.root.hex() or '—'}", f"root {report.root.hex() or '—'}")
    terminal.say(f"问题数 {len(report.faults)}", f"faults {len(report.faults)}")
    for fault in report.faults[:_SHOWN]:
        click.echo(f"  {fault.code}  {fault.where}  {terminal.show(fault.text)}")
