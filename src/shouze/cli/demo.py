"""``shouze demo``: the whole regime on an invented operator and invented users."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from shouze import wiring
from shouze.api.lines import json_log
from shouze.cli.failing import FAILED
from shouze.cli.serving import erase, listen, serve, stopping, together, url_of
from shouze.cli.story import beginning, changes, ending, old_scan
from shouze.cli.story.people import MOST
from shouze.cli.story.telling import Teller
from shouze.cli.terminal import Terminal
from shouze.cli.words import command, option
from shouze.errors import ConflictError
from shouze.language import Text
from shouze.settings import Settings
from shouze.wiring.desk import Desk, open_desk, work

if TYPE_CHECKING:
    from shouze.cli.story.matter import Authority

T = TypeVar("T")
FEWEST = 10
"""The story names ten users."""
_QUIET: Final = "error"


@command(
    "用虚构的经营者和用户演示全过程，然后继续提供服务，直到停止。内容写在临时目录，结束时删除。",
    "Play the whole on an invented operator and invented users, then keep serving until stopped. "
    "It writes to a temporary folder that goes when it ends.",
)
@option("--alone", is_flag=True, zh="不启动旁边的管理机构", en="without an authority beside the operator")
@option("--once", is_flag=True, zh="演示完即结束", en="end when everything is played")
@option("--port", type=click.IntRange(0, 65535), default=0, zh="端口（默认任选）", en="port (a free one by default)")
@option(
    "--subjects", type=click.IntRange(FEWEST, MOST - 1), default=10_000, show_default=True, zh="虚构用户数",
    en="how many invented users",
)  # fmt: skip
@click.pass_context
def demo(ctx: click.Context, alone: bool, once: bool, port: int, subjects: int) -> None:
    """Find a folder and a port, play."""
    terminal: Terminal = ctx.obj
    with contextlib.ExitStack() as stack:
        home = _folder(terminal, stack)
        listening = stack.enter_context(listen("127.0.0.1", port))
        settings = Settings(language=terminal.language, log_level=_QUIET)
        wiring.prepare(home, settings)
        held = asyncio.run(_play(Teller(terminal), home, settings, listening, subjects, once=once, alone=alone))
    ctx.exit(0 if held else FAILED)


def _folder(terminal: Terminal, stack: contextlib.ExitStack) -> Path:
    """Return a fresh folder: ``--home`` where it was written out, else a temporary one."""
    if not terminal.home_given:
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shouze-demo-")))
    if terminal.home.exists() and any(terminal.home.iterdir()):
        remedy = Text("换一个空目录", "Choose an empty folder")
        raise ConflictError(Text("目录不是空的", "The folder is not empty"), field=str(terminal.home), remedy=remedy)
    return terminal.home


async def _play(
    teller: Teller, home: Path, settings: Settings, listening: socket.socket, subjects: int, *, once: bool, alone: bool
) -> bool:
    """Play the story and serve on; return whether the log verified."""
    url = url_of(listening)
    async with (
        contextlib.AsyncExitStack() as stack,
        stopping() as stop,
        wiring.installation(home, settings, covered=True) as opened,
    ):
        over, desk = asyncio.Event(), await open_desk(opened, url, ending.codes_shown(teller))
        serving = asyncio.create_task(serve(opened, listening, over, _QUIET, desk.pages if desk else None))
        try:
            played = await _unless(stop, _tell(opened, teller, url, subjects, at_the_desk=desk is not None))
            if played is None:
                return False
            tokens, named = played
            if desk and not alone:
                authority = await _unless(stop, _supervised(opened, desk, teller, named[0]))
                if authority is None:
                    return False
                stack.push_async_callback(authority.leave)
            report = await wiring.verify(home, settings)
            ending.verified(teller, report)
            ending.counted(teller)
            if report.ok and not once:
                ending.invite(teller, url, tokens)
                log = json_log(_QUIET)
                beside = [work(desk.configured, stop, log)] if desk else []
                await together(stop, opened.rounds.run(stop), erase(opened, stop, log), *beside)
            return report.ok
        finally:
            over.set()
            await serving


async def _tell(
    opened: wiring.Installation, teller: Teller, url: str, subjects: int, *, at_the_desk: bool
) -> tuple[ending.Tokens, list[str]]:
    async with wiring.sequencing(opened):
        await beginning.publish(opened, teller)
        named = await beginning.take_in(opened, teller, subjects)
        await beginning.permit(opened, teller, named)
        await beginning.refuse(opened, teller, named)
        await changes.measures(opened, teller, named)
        await changes.withdraw(opened, teller, named)
        await changes.leave(opened, teller, named)
        await changes.reissue(opened, teller, named, subjects)
        tokens = await ending.hand_out(opened)
        await ending.over_http(teller, url, tokens)
        inventory = await old_scan.play(opened, teller, url, subjects)
        if at_the_desk:
            await ending.at_the_desk(teller, url, inventory)
            ending.at_the_portal(teller, url)
    return tokens, named


async def _supervised(opened: wiring.Installation, desk: Desk, teller: Teller, subject: str) -> Authority:
    from shouze.cli.story import matter  # noqa: PLC0415 - Django's models load once it is set up

    over = asyncio.Event()
    async with wiring.sequencing(opened):
        working = asyncio.create_task(work(desk.configured, over, json_log(_QUIET)))
        try:
            return await matter.play(opened, teller, opened.home, subject)
        finally:
            over.set()
            await working


async def _unless(stop: asyncio.Event, story: Coroutine[Any, Any, T]) -> T | None:
    """Return what the story returns; None when it is told to stop before."""
    telling, stopped = asyncio.create_task(story), asyncio.create_task(stop.wait())
    await asyncio.wait([telling, stopped], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if telling.done():
        return telling.result()
    telling.cancel()
    await asyncio.wait([telling])
    return None
