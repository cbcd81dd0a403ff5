"""Keys are replaced beside what a process serves, until it is told to stop."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from structlog.testing import LogCapture

from shouze.cli import turning
from shouze.cli.turning import turn
from shouze.gateway.rewrapping import GRACE
from tests.installation import MovingClock, operator, subscribe

ROTATION = timedelta(days=10)


async def test_what_is_due_is_done_and_stopping_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turning, "SECONDS", 0.01)
    clock, log, stop = MovingClock(), LogCapture(), asyncio.Event()
    async with operator(tmp_path / "home", clock=clock) as opened:
        await subscribe(opened)
        clock.move(ROTATION)
        turns = asyncio.create_task(turn(opened, stop, structlog.wrap_logger(None, processors=[log])))
        while list(opened.ring.epochs()) != [2]:
            clock.move(GRACE)
            await asyncio.sleep(0.01)
        stop.set()
        await turns
    assert log.entries == []


async def test_a_ring_that_cannot_be_read_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turning, "SECONDS", 0.01)
    log, stop = LogCapture(), asyncio.Event()
    async with operator(tmp_path / "home") as opened:
        (tmp_path / "home" / "keyring.json").rename(tmp_path / "away")
        turns = asyncio.create_task(turn(opened, stop, structlog.wrap_logger(None, processors=[log])))
        while len(log.entries) < 2:  # noqa: ASYNC110 - the log tells nobody of its entries
            await asyncio.sleep(0.01)
        stop.set()
        await turns
    assert {entry["code"] for entry in log.entries} == {"not-found"}
