"""A loop that stands still ends the process."""

from __future__ import annotations

import asyncio
import threading

from shouze.cli.standstill import watched


async def test_a_loop_that_something_holds_is_noticed_from_beside() -> None:
    noticed = threading.Event()
    async with watched(0.01, noticed.set):
        assert noticed.wait(60), "it waits on the loop itself, as a commit on a disk that hangs does"


async def test_a_loop_that_turns_is_let_be_and_the_watch_ends_with_it() -> None:
    noticed, before = threading.Event(), threading.active_count()
    async with watched(1, noticed.set):
        for _ in range(100):
            await asyncio.sleep(0)
    while threading.active_count() > before:  # noqa: ASYNC110 - a thread tells nobody of its end
        await asyncio.sleep(0)
    assert not noticed.is_set()
