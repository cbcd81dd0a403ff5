"""Openings that records must have: one that was deleted before its time is missed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouze import wiring
from shouze.ledger.entry import Draft, always_commits, parse_leaf, seal_leaf
from shouze.ledger.tile import encode_bundle
from shouze.sequencer.installation import verify_installation
from shouze.sequencer.openings import WithOpenings
from shouze.settings import Settings
from shouze.store.log_reading import LogRows
from shouze.verifier.walking import Plan, walk
from shouze.wiring.verifying import opened_tables
from tests import postgres
from tests.installation import operator, subscribe
from tests.ledger.building import START
from tests.ledger.test_entry import DRAFTS, SD

FIRST, FINAL = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
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


@pytest.mark.parametrize(("since", "lacking"), [(FIRST, True), (FINAL, False)])
async def test_past_its_retention_a_record_needs_none(tmp_path: Path, since: datetime, lacking: bool) -> None:
    await faults(tmp_path)
    async with wiring.open_log(tmp_path, Settings()) as log:
        assert isinstance(log.rows, LogRows)
        await log.rows._database.execute("DELETE FROM log.opening")
        rows = WithOpenings(log.rows, log.rows, since)
        assert (await verify_installation(rows, log.verifier)).size > 0
        assert bool(rows.faults) == lacking


@settings(max_examples=30)
@given(drafts=st.lists(DRAFTS, min_size=1, max_size=8), began=st.integers(1, (1 << 53) - 9), data=st.data())
async def test_what_needs_an_opening_is_what_the_whole_records_say(
    drafts: list[Draft], began: int, data: st.DataObject
) -> None:
    written = [
        seal_leaf(
            draft, node=data.draw(st.integers(0, (1 << 53) - 1)), boot="B-1", nseq=began + place, prev="",
            time=START + data.draw(st.timedeltas(timedelta(days=-2), timedelta(days=2))), sd=SD,
        )
        for place, draft in enumerate(drafts)
    ]  # fmt: skip
    leaves = [parse_leaf(entry) for entry in written]
    owed = {(leaf.node, leaf.nseq) for leaf in leaves if always_commits(leaf) and leaf.at >= START}
    rows = WithOpenings(Bundle(written), NoOpenings(), START)  # type: ignore[arg-type]  # it is asked for one bundle
    await rows.bundle(0)
    await rows.bundle(0)
    assert {fault.where for fault in rows.faults} == {f"record {node}/B-1/{nseq}" for node, nseq in owed}


class Bundle:
    def __init__(self, entries: list[bytes]) -> None:
        self.found = (len(entries), encode_bundle(entries))

    async def bundle(self, n: int) -> tuple[int, bytes]:
        return self.found


class NoOpenings:
    async def opened(self, node: int, boot: str, first: int, last: int) -> set[int]:
        return set()
