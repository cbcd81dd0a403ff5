"""Keys are replaced beside what a process serves, until it is told to stop."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from structlog.testing import LogCapture

from shouze.cli import serving, turning
from shouze.cli.turning import turn
from shouze.gateway.door import Door
from shouze.gateway.rewrapping import GRACE
from shouze.settings import Settings
from shouze.wiring import clocks
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


async def test_a_ring_that_cannot_be_replaced_ends_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turning, "SECONDS", 0.01)
    clock, log, stop = MovingClock(), LogCapture(), asyncio.Event()
    async with operator(tmp_path / "home", clock=clock) as opened:
        (blocking := tmp_path / "home" / "keyring.json.new").mkdir()
        clock.move(ROTATION)
        turns = asyncio.create_task(turn(opened, stop, structlog.wrap_logger(None, processors=[log])))
        while not log.entries and not turns.done():  # noqa: ASYNC110 - the log tells nobody of its entries
            await asyncio.sleep(0.01)
        blocking.rmdir()
        while 2 not in opened.ring.epochs() and not turns.done():  # noqa: ASYNC110 - nor does a ring
            await asyncio.sleep(0.01)
        stop.set()
        await turns
    assert {entry["code"] for entry in log.entries} == {"unavailable"}


async def test_a_clock_that_the_servers_contradicts_ends_nothing(
    tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (turning, serving):
        monkeypatch.setattr(each, "SECONDS" if each is turning else "ERASING_SECONDS", 0.01)
    clock, log, stop = MovingClock(), LogCapture(), asyncio.Event()
    told = structlog.wrap_logger(None, processors=[log])
    async with operator(tmp_path / "home", settings=Settings(database=postgres_dsn), clock=clock) as opened:
        await subscribe(opened)
        epochs = list(opened.ring.epochs())
        monkeypatch.setattr(clocks, "TOLERATED", timedelta(seconds=-1))
        monkeypatch.setattr(Door, "erase_due", None)
        clock.move(10 * ROTATION)
        at_work = [asyncio.create_task(each(opened, stop, told)) for each in (turn, serving.erase)]
        while {entry["event"] for entry in log.entries} != {"turning keys", "erasing"}:  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.01)
        stop.set()
        await asyncio.gather(*at_work)
        assert list(opened.ring.epochs()) == epochs
    assert {entry["code"] for entry in log.entries} == {"unavailable"}
