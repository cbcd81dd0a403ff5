"""Searching a log that grows: pages, the newest first, and an index that may not keep people waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from shouze.errors import UnavailableError
from shouze.ledger.portable import check
from shouze.sequencer import finding
from shouze.sequencer.finding import Sought
from shouze.sequencer.inspecting import Records, SearchedLog
from shouze.sequencer.published import PublishedLog
from shouze.store.log_index import StoredPlaces
from shouze.store.log_reading import LogRows
from tests.ledger.building import SIGNER
from tests.sequencer.places import KeptNote, StoredPlace, batches, sqlite_log
from tests.sequencer.turns import checkpoint_after, stage_all


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    async with sqlite_log(tmp_path / "log") as place:
        yield await over(place)


async def over(place: StoredPlace) -> Records:
    await stage_all(place, batches(20))
    await checkpoint_after(place, batches(5, node=2), KeptNote())
    log, index = PublishedLog(LogRows(place.database)), StoredPlaces(place.database)

    async def logs() -> list[SearchedLog]:
        return [SearchedLog(0, log, index, SIGNER.verifier())]

    return Records(logs, lambda: 0.0)


async def test_pages_follow_one_another_in_either_order(records: Records) -> None:
    for newest in (False, True):
        seen: list[int] = []
        cursor: int | None = None
        while True:
            page = await records.search(Sought(), cursor, 10, newest=newest)
            seen += [place for place, _ in page.records]
            cursor = page.cursor
            if cursor is None:
                break
        assert seen == sorted(range(25), reverse=newest)


async def test_what_was_recorded_meanwhile_is_counted(tmp_path: Path) -> None:
    async with sqlite_log(tmp_path / "log") as place:
        records = await over(place)
        before = await records.tally(Sought())
        await checkpoint_after(place, [batches(20, 7)[1]], KeptNote())
        assert (await records.tally(Sought())).records == before.records + 7


async def test_proofs_are_those_of_the_records_asked_for(records: Records) -> None:
    proofs = await records.prove([3, 0])
    assert [each.index for each, _ in proofs] == [3, 0]
    for proof, verifier in proofs:
        check(proof, proof.extra or b"", [verifier])


async def test_a_long_log_is_indexed_a_few_seconds_at_a_time(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "BITE", 10)
    ticks = count(0, 2)
    records.monotonic = lambda: float(next(ticks))
    with pytest.raises(UnavailableError) as caught:
        await records.tally(Sought())
    assert caught.value.detail.en == "The index of records is being made (20 of 25)"
    records.monotonic = lambda: 0.0
    assert (await records.tally(Sought())).records == 25
