"""Listening, and running things together."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from shouze import wiring
from shouze.cli import serving
from shouze.cli.serving import beat, cosign, listen, together, url_of
from shouze.errors import InvalidError, TamperedError, UnavailableError
from shouze.journal.journal import Journal
from shouze.ledger.entry import parse_leaf
from shouze.rules.refusal import Refusal, RefusedError
from shouze.settings import Settings
from shouze.store.driver import micros
from shouze.wiring import Installation
from tests.gateway.test_passage import raw_leaves
from tests.installation import operator


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org", "::"])
def test_an_address_that_others_reach_needs_a_word(host: str) -> None:
    with pytest.raises(InvalidError) as caught:
        listen(host, 0)
    assert caught.value.field == "--host"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_free_port_is_found_on_loopback(host: str) -> None:
    with closing(listen(host, 0)) as listening:
        assert url_of(listening).startswith("http://")


def test_a_port_in_use_is_unavailable() -> None:
    with closing(listen("127.0.0.1", 0)) as listening, pytest.raises(UnavailableError) as caught:
        listen("127.0.0.1", listening.getsockname()[1])
    assert caught.value.field == "--port"


async def test_an_error_of_one_part_ends_the_others() -> None:
    stop, ended = asyncio.Event(), []

    async def fail() -> None:
        raise TamperedError

    async def go_on() -> None:
        await stop.wait()
        ended.append(True)

    with pytest.raises(TamperedError):
        await together(stop, fail(), go_on())
    assert ended == [True]


async def test_all_parts_end_when_told_to() -> None:
    stop = asyncio.Event()

    async def go_on() -> None:
        await stop.wait()

    asyncio.get_running_loop().call_soon(stop.set)
    await asyncio.wait_for(together(stop, go_on(), go_on()), 60)


async def test_a_node_that_serves_records_its_heartbeat_and_goes_on_when_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "BEATING_SECONDS", 0.01)
    log, stop, failures = LogCapture(), asyncio.Event(), [RefusedError(Refusal("record-unavailable"))]
    record = Journal.record

    async def first_fails(self: Journal, *what: object) -> object:
        if failures:
            raise failures.pop()
        return await record(self, *what)  # type: ignore[arg-type]  # passed on as it came

    async with operator(tmp_path / "home") as opened:
        monkeypatch.setattr(Journal, "record", first_fails)
        beating = asyncio.create_task(beat(opened, stop, structlog.wrap_logger(None, processors=[log])))
        async with asyncio.timeout(60):
            while len(acts := await _acts(opened)) < 6:  # noqa: ASYNC110 - a table tells nobody
                await asyncio.sleep(0.01)
        stop.set()
        await beating
    assert acts[-2:] == ["heartbeat", "heartbeat"]
    assert [entry["code"] for entry in log.entries] == ["record-unavailable"]


async def _acts(opened: Installation) -> list[str]:
    return [parse_leaf(raw).what.act for raw in await raw_leaves(opened)]


async def test_after_hours_without_a_witness_nothing_is_handled_until_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The witness is played by what the wiring hears: away since long ago, away since just now, back."""
    long_ago, just_now = 1_000_000, micros(datetime.now(UTC))
    held: list[bool] = []

    async with operator(tmp_path / "home") as opened:
        journal, log = opened.journal, LogCapture()

        async def cosigning(*parts: Any) -> None:
            for since in (just_now, 0, long_ago, long_ago, None):
                parts[-1](since)
                held.append(journal.held)
                if journal.held:
                    with pytest.raises(RefusedError) as caught:
                        await journal.beat()
                    assert caught.value.refusal.code == "record-unavailable"
            await journal.beat()

        monkeypatch.setattr(wiring, "cosigning", cosigning)
        settings, database = Settings(witness_hours=1), opened.stores.databases["log"]
        logger = structlog.wrap_logger(None, processors=[log])
        await cosign(settings, database, asyncio.Event(), logger, journal)
        assert held == [False, False, True, True, False]
        assert [entry["event"] for entry in log.entries] == ["unwitnessed", "witnessed"]
        held.clear()
        await cosign(Settings(), database, asyncio.Event(), logger, journal)
    assert held == [False] * 5
