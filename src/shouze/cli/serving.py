"""Serves HTTP with everything that runs beside it, until a signal or an error ends all of it together."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog
import uvloop
from starlette.types import ASGIApp

from shouze import wiring
from shouze.api.lines import Lines, json_log, libraries_told
from shouze.api.serving import server
from shouze.cli.log_keeping import beat, compare, keepers, now_and_then, watch_sequencer
from shouze.cli.standstill import watched
from shouze.cli.turning import turn
from shouze.client.terms import stays_here
from shouze.errors import InvalidError, ShouzeError, UnavailableError
from shouze.gateway.leaving import PAGE
from shouze.language import Text
from shouze.settings import Settings
from shouze.wiring.bulk import bulk_of
from shouze.wiring.desk import Desk, page_hosts, work
from shouze.wiring.front import Front
from shouze.wiring.memory import settle_memory
from shouze.wiring.serving import asgi

ROOMS = Text(
    "各部分同在一个进程：是房间，不是墙。控制此进程者可触及全部内容。",
    "One process: the planes are rooms, not walls. Whoever controls it reaches everything.",
)
ERASING_SECONDS = 60.0
"""Seconds from one look for what is due to the next."""
_BACKLOG = 2048


def run(serving: Coroutine[Any, Any, None], level: str) -> None:
    """Run a server to its end, on the faster event loop; what libraries say of it meanwhile is in the log."""
    with libraries_told(json_log(level)), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serving)


def listen(host: str, port: int, *, public: bool = False) -> socket.socket:
    """Return a socket bound to the address; port 0 takes a free one.

    InvalidError for an address that others can reach unless ``public``; UnavailableError where it is taken.
    """
    if not public and not stays_here(host):
        raise InvalidError(
            Text("该地址可从其他机器访问", "Other machines can reach that address"),
            field="--host",
            remedy=Text("先在前面架设 TLS，再加上 --public", "Put TLS in front of it, then add --public"),
        )
    try:
        return _bound(host, port)
    except OSError as problem:
        detail = Text(f"无法监听 {host}:{port}", f"It cannot listen on {host}:{port}")
        remedy = Text("换一个 --port，或停止占用它的程序", "Choose another --port, or stop what uses it")
        raise UnavailableError(detail, field="--port", remedy=remedy) from problem


def url_of(listening: socket.socket) -> str:
    """Return the URL that the socket answers at."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def stopping() -> AsyncIterator[asyncio.Event]:
    """Give the event that SIGTERM and SIGINT set."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    try:
        yield stop
    finally:
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(name)


async def together(stop: asyncio.Event, *parts: Coroutine[Any, Any, None]) -> None:
    """Run the parts until ``stop`` is set or one of them ends; then all end. Raises the first error of a part."""
    running = [asyncio.create_task(part) for part in parts]
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([waiting, *running], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    await asyncio.gather(waiting, *running, return_exceptions=True)
    for part in running:
        part.result()


async def serve(
    opened: wiring.Gateway, listening: socket.socket, stop: asyncio.Event, level: str, pages: ASGIApp | None = None
) -> None:
    """Answer HTTP until ``stop`` is set; requests under way are answered first. A loop that stands still ends it all.

    ``pages`` answer at the hosts of desk and portal.
    """
    lines, office = Lines(level), bulk_of(opened)
    door = asgi(opened, lines, office)
    serving = server(Front(door, pages, page_hosts(opened.settings)) if pages else door, opened.settings)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(lines.flush)
        stack.push_async_callback(office.close)
        stopper = asyncio.create_task(_exit_on(stop, serving))
        stack.callback(stopper.cancel)
        settle_memory()
        await stack.enter_async_context(watched(opened.settings.patience))
        await serving.serve(sockets=[listening])


async def answer_pages(pages: ASGIApp, listening: socket.socket, stop: asyncio.Event, settings: Settings) -> None:
    """Answer browsers with pages alone until ``stop`` is set; requests under way are answered first."""
    serving = server(pages, settings)
    stopper = asyncio.create_task(_exit_on(stop, serving))
    try:
        await serving.serve(sockets=[listening])
    finally:
        stopper.cancel()


async def erase(opened: wiring.Gateway, stop: asyncio.Event, log: structlog.typing.FilteringBoundLogger) -> None:
    """End what is due until ``stop`` is set; what fails is tried again.

    Values and subjects, bulk requests that are over, and records of use past their retention.
    """
    while not stop.is_set():
        try:
            await wiring.check_clock(opened.stores.databases["custody"])
            while await opened.door.erase_due(PAGE) == PAGE and not stop.is_set():
                pass
            await bulk_of(opened).end_due()
            await opened.door.purge_usage()
        except ShouzeError as problem:
            log.warning("erasing", code=problem.kind.code)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), ERASING_SECONDS)


async def run_all(
    opened: wiring.Installation, listening: socket.socket, stop: asyncio.Event, desk: Desk | None = None,
    *beside: Coroutine[Any, Any, None],
) -> None:  # fmt: skip
    """Serve, sequence, keep the log, erase and replace keys in this one process, the desk beside it."""
    settings, database, verifier = opened.settings, opened.stores.databases["log"], opened.signer.verifier()
    level, log = settings.log_level, json_log(settings.log_level)
    opened.rounds.failed = now_and_then(log, "sequencing")
    waiting = wiring.Waiting(database, opened.clock.now)
    await compare(settings, database, verifier, log)
    await together(
        stop,
        serve(opened, listening, stop, level, desk.pages if desk else None),
        *([work(desk.configured, stop, log)] if desk else []),
        *beside,
        opened.rounds.run(stop),
        erase(opened, stop, log),
        turn(opened, stop, log),
        beat(opened.journal, stop, log),
        watch_sequencer(waiting, stop, log),
        *keepers(settings, database, verifier, stop, log, opened.journal),
    )


def at(settings: Settings, host: str | None, port: int | None) -> tuple[str, int]:
    """Return the address to listen on: the command line's, else the settings'."""
    return host or settings.host, settings.port if port is None else port


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket(family, kind, protocol))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(_BACKLOG)
        stack.pop_all()
    return listening


async def _exit_on(stop: asyncio.Event, serving: Any) -> None:
    await stop.wait()
    serving.should_exit = True
