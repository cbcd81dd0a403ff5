"""The log is kept beside what a process serves: its node's heartbeat, and the door held while it is not witnessed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from shouze import wiring
from shouze.cli import log_keeping
from shouze.cli.log_keeping import beat, cosign, keepers, now_and_then, watch_sequencer
from shouze.cli.serving import together
from shouze.errors import TamperedError, UnavailableError
from shouze.journal.journal import Journal
from shouze.ledger.entry import parse_leaf
from shouze.ledger.moments import micros
from shouze.ledger.note import COSIGNATURE
from shouze.rules.refusal import Refusal, RefusedError
from shouze.settings import Settings
from shouze.store.cosignatures import CosignatureTable
from shouze.wiring import Installation, Waiting, sequencing
from shouze.wiring.shards import published_log
from tests.gateway.test_passage import raw_leaves
from tests.installation import MovingClock, operator
from tests.ledger.building import WITNESS


async def test_a_node_that_serves_records_its_heartbeat_and_goes_on_when_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_keeping, "BEATING_SECONDS", 0.01)
    log, stop, failures = LogCapture(), asyncio.Event(), [RefusedError(Refusal("record-unavailable"))]
    record = Journal.record

    async def first_fails(self: Journal, *what: object) -> object:
        if failures:
            raise failures.pop()
        return await record(self, *what)  # type: ignore[arg-type]  # passed on as it came

    async with operator(tmp_path / "home") as opened:
        monkeypatch.setattr(Journal, "record", first_fails)
        beating = asyncio.create_task(beat(opened.journal, stop, structlog.wrap_logger(None, processors=[log])))
        async with asyncio.timeout(60):
            while len(acts := await _acts(opened)) < 6:  # noqa: ASYNC110 - a table tells nobody
                await asyncio.sleep(0.01)
        stop.set()
        await beating
    assert acts[-2:] == ["heartbeat", "heartbeat"]
    assert [entry["code"] for entry in log.entries] == ["record-unavailable"]


async def _acts(opened: Installation) -> list[str]:
    return [parse_leaf(raw).what.act for raw in await raw_leaves(opened)]


async def test_a_sequencer_that_is_away_is_told_of_once_and_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_keeping, "BEATING_SECONDS", 0.01)
    clock, log, stop = MovingClock(), LogCapture(), asyncio.Event()
    async with operator(tmp_path / "home", clock=clock) as opened:
        waiting = Waiting(opened.stores.databases["log"], clock.now)
        watched = watch_sequencer(waiting, stop, structlog.wrap_logger(None, processors=[log]))
        clock.move(timedelta(minutes=5))
        watching = asyncio.create_task(watched)
        async with asyncio.timeout(60):
            while not log.entries:  # noqa: ASYNC110 - the log tells nobody of its entries
                await asyncio.sleep(0.01)
            assert next(iter(waiting.collect())).samples[0].value >= 300
            async with sequencing(opened):
                while len(log.entries) < 2:  # noqa: ASYNC110 - see above
                    await asyncio.sleep(0.01)
            stop.set()
            await watching
        assert await waiting.look() == 0
    assert [entry["event"] for entry in log.entries] == ["unsequenced", "sequenced"]


def test_what_fails_many_times_a_second_is_told_of_now_and_then() -> None:
    log = LogCapture()
    failed = now_and_then(structlog.wrap_logger(None, processors=[log]), "sequencing")
    for _ in range(3):
        failed(UnavailableError())
    assert [(entry["event"], entry["code"]) for entry in log.entries] == [("sequencing", "unavailable")]


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
        key = opened.signer.verifier()
        logger = structlog.wrap_logger(None, processors=[log])
        await cosign(settings, database, key, asyncio.Event(), logger, journal)
        assert held == [False, False, True, True, False]
        assert [entry["event"] for entry in log.entries] == ["unwitnessed", "witnessed"]
        held.clear()
        await cosign(Settings(), database, key, asyncio.Event(), logger, journal)
    assert held == [False] * 5


async def test_a_gateway_apart_learns_from_the_tables_whether_the_log_is_witnessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process has the log cosigned; this one sees only its tables."""
    monkeypatch.setattr(log_keeping, "WATCHING_SECONDS", 0.01)
    key = WITNESS.verifier(COSIGNATURE).vkey
    settings, log = Settings(witness_vkey=key, witness_hours=1), LogCapture()
    logger = structlog.wrap_logger(None, processors=[log])
    async with operator(tmp_path / "home") as opened:
        await opened.sequencer.step()
        database, journal = opened.stores.databases["log"], opened.journal
        assert await CosignatureTable(database).waiting(key) == 0
        size = (await published_log(database).checkpoint()).size
        await CosignatureTable(database).keep(size - 1, key, "line", 1_000_000)
        stop = asyncio.Event()
        watching = asyncio.create_task(log_keeping.watch_witness(settings, database, stop, logger, journal))
        async with asyncio.timeout(60):
            while not journal.held:  # noqa: ASYNC110 - a table tells nobody
                await asyncio.sleep(0.01)
            with pytest.raises(RefusedError) as caught:
                await journal.beat()
            await CosignatureTable(database).keep(size, key, "line", micros(datetime.now(UTC)))
            while journal.held:  # noqa: ASYNC110 - a table tells nobody
                await asyncio.sleep(0.01)
        await journal.beat()
        stop.set()
        await watching
        assert caught.value.refusal.code == "record-unavailable"
        assert [entry["event"] for entry in log.entries] == ["unwitnessed", "witnessed"]
        quiet = asyncio.Event()
        quiet.set()
        await log_keeping.watch_witness(Settings(), database, quiet, logger, journal)
        assert not journal.held


async def test_a_folder_that_is_not_this_log_s_ends_all_with_its_own_error(tmp_path: Path) -> None:
    (tmp_path / "pub").mkdir()
    (tmp_path / "pub" / "checkpoint").write_text("another's")
    async with operator(tmp_path / "home") as opened:
        await opened.sequencer.step()
        parts = (Settings(log_folder=str(tmp_path / "pub")), opened.stores.databases["log"], opened.signer.verifier())
        stop, log = asyncio.Event(), structlog.wrap_logger(None, processors=[LogCapture()])
        with pytest.raises(TamperedError):
            await together(stop, *keepers(*parts, stop, log))
