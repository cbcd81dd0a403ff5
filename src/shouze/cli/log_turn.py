"""``shouze log turn|handover``: end the present log and begin the next, and prove it to a witness."""

from __future__ import annotations

import asyncio

import click

from shouze import wiring
from shouze.cli import log_records  # noqa: F401 - its commands and these make one group
from shouze.cli.log import log
from shouze.cli.opening import settings_of
from shouze.cli.terminal import Terminal
from shouze.cli.words import command, option


@command(
    "结束现有日志并开始下一个（每年自动进行）：旧密钥签署移交，记录不中断。",
    "End the present log and begin the next, as happens by itself each year: the old key signs the hand-over, records "
    "flow on.",
    group=log,
)
@option("--new-key", is_flag=True, zh="下一日志用新的密钥签名", en="let a new key sign the next log")
@option(
    "--lost-key", is_flag=True, zh="旧密钥已丢失：用新的密钥继续，移交无人签署（先停止定序器）",
    en="the old key is lost: go on with a new one, nobody signs the hand-over (stop the sequencer first)",
)  # fmt: skip
@click.pass_obj
def turn(terminal: Terminal, new_key: bool, lost_key: bool) -> None:
    """Turn the log, and print the next one's key."""
    settings = settings_of(terminal)
    key = asyncio.run(wiring.turn_log(terminal.home, settings, new_key=new_key, lost_key=lost_key))
    terminal.note(
        f"日志 {key.name} 已开始；公钥须告知见证人和核验者",
        f"the log {key.name} has begun; tell witnesses and verifiers its key",
    )
    click.echo(key.vkey)


@command(
    "打印上一日志移交给现日志的证明，由信使带给见证人（shouze witness succeed）。",
    "Print the proof that the log before was handed over to the present one, for a courier to the witness (shouze "
    "witness succeed).",
    name="handover", group=log,
)  # fmt: skip
@click.pass_obj
def print_hand_over(terminal: Terminal) -> None:
    """Print the proof of the last leaf of the log before."""

    async def act() -> str:
        async with wiring.open_log(terminal.home, settings) as opened:
            return (await wiring.hand_over(opened.shards[max(0, len(opened.shards) - 2)])).text()

    settings = settings_of(terminal)
    click.echo(asyncio.run(act()), nl=False)
