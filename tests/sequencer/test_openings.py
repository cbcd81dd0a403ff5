"""Openings that records must have: one that was deleted before its time is missed."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from shouze import wiring
from shouze.sequencer.installation import verify_installation
from shouze.sequencer.openings import WithOpenings
from shouze.settings import Settings
from shouze.store.log_reading import LogRows
from shouze.verifier.walking import Plan, walk
from shouze.wiring.verifying import opened_tables
from tests import postgres
from tests.installation import operator, subscribe

LAST = "nseq = (SELECT max(o.nseq) FROM log.opening o)"


async def faults(home: Path, sql: str = "", settings: Settings | None = None) -> list[tuple[str, str]]:
    """Return the faults of an operator's log with one subscriber, after a statement on its tables."""
    settings = settings or Settings()
    async with operator(home, settings) as opened:
        await subscribe(opened)
    async with wiring.installation(home, settings, covered=True) as opened:
        if sql:
            assert await opened.stores.databases["log"].execute(sql)
    return [(fault.code, fault.where) for fault in (await wiring.verify(home, settings)).faults]


async def test_what_is_untouched_lacks_nothing(tmp_path: Path) -> None:
    assert await faults(tmp_path) == []


async def test_an_opening_that_was_deleted_before_its_time_is_missed(tmp_path: Path) -> None:
    [(code, where)] = await faults(tmp_path, f"DELETE FROM log.opening WHERE {LAST}")
    assert (code, where.startswith("record 1/")) == ("opening", True)


async def test_it_is_missed_on_postgresql_too(tmp_path: Path) -> None:
    with postgres.database(prepared=True) as url:
        found = await faults(tmp_path, f"DELETE FROM log.opening WHERE {LAST}", Settings(database=url))
    assert [code for code, _ in found] == ["opening"]


async def test_an_opening_that_was_moved_leaves_a_gap(tmp_path: Path) -> None:
    assert {code for code, _ in await faults(tmp_path, f"UPDATE log.opening SET nseq = 1 WHERE {LAST}")} == {"opening"}


async def test_it_is_missed_in_a_former_log_by_whichever_process_reads_it(tmp_path: Path) -> None:
    assert await faults(tmp_path) == []
    await wiring.turn_log(tmp_path, Settings())
    async with wiring.installation(tmp_path, Settings()) as opened:
        assert await opened.stores.databases["log"].execute(f"DELETE FROM log.opening WHERE {LAST}")
    first, _ = await wiring.verify_shards(tmp_path, Settings())
    assert [fault.code for fault in first.report.faults] == ["opening"]
    opening = partial(opened_tables, tmp_path, Settings(), first.log, 0)
    walked = await asyncio.to_thread(walk, opening, Plan([first.log]))
    assert walked.report.faults == first.report.faults


@pytest.mark.parametrize(("since", "lacking"), [(0, True), (1 << 62, False)])
async def test_past_its_retention_a_record_needs_none(tmp_path: Path, since: int, lacking: bool) -> None:
    await faults(tmp_path)
    async with wiring.open_log(tmp_path, Settings()) as log:
        assert isinstance(log.rows, LogRows)
        await log.rows._database.execute("DELETE FROM log.opening")
        rows = WithOpenings(log.rows, log.rows, since)
        assert (await verify_installation(rows, log.verifier)).size > 0
        assert bool(rows.faults) == lacking
