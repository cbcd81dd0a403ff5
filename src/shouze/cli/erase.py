"""``shouze erase``: destroy the keys of what has come to its end."""

from __future__ import annotations

import click

from shouze.cli.opening import at_work
from shouze.cli.terminal import Progress, Terminal
from shouze.cli.words import command, option
from shouze.errors import InvalidError
from shouze.gateway.leaving import PAGE
from shouze.language import Text
from shouze.wiring import Installation


@command(
    "删除到期内容，直到没有剩余。每次删除都先写入操作记录。",
    "Erase what is due until nothing is left. Each erasure is recorded first.",
)
@option("--due", is_flag=True, zh="确认删除到期内容", en="say that what is due shall be erased")
@click.pass_obj
def erase(terminal: Terminal, due: bool) -> None:
    """Erase page by page."""
    if not due:
        remedy = Text("确认后加上 --due", "Add --due to go ahead")
        raise InvalidError(Text("没有确认", "It is not confirmed"), field="--due", remedy=remedy)
    progress = Progress(terminal, Text("已处理", "treated"))

    async def act(opened: Installation) -> None:
        while treated := await opened.door.erase_due(PAGE):
            progress.step(treated)
            if treated < PAGE:
                return

    at_work(terminal, act)
    progress.end()
    terminal.say(f"已处理 {progress.done} 个用户", f"{progress.done} subjects treated")
