"""Replaces keys that are due beside whatever a process serves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

import structlog

from shouze.errors import ShouzeError
from shouze.gateway.rewrapping import keep_turning
from shouze.wiring import Gateway, check_clock
from shouze.wiring.rotation import turning

SECONDS = 60.0
"""Seconds from one look at the keys' ages to the next; so long at most a destroyed key stays in another's memory."""
PAGE = 100
"""Keys wrapped anew between two answers: few, for whoever waits for the door goes first."""


async def turn(opened: Gateway, stop: asyncio.Event, log: structlog.typing.FilteringBoundLogger) -> None:
    """Replace keys that are due, now and then, until ``stop`` is set; what is under way is cut off then."""
    keys = turning(opened, page=PAGE)
    while not stop.is_set():
        try:
            await check_clock(opened.stores.databases["custody"])
            await _unless(stop, keep_turning(keys))
        except ShouzeError as problem:
            log.warning("turning keys", code=problem.kind.code)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), SECONDS)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do the work, but cut it off when ``stop`` is set."""
    working, waiting = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait([working, waiting], return_when=asyncio.FIRST_COMPLETED)
    for task in (waiting, working):
        task.cancel()
    await asyncio.wait([waiting, working])
    if not working.cancelled():
        working.result()
