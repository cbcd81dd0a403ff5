"""The end of records' retention: openings and look-ups go, leaves and proofs stay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shouze.journal.staging import Batch
from shouze.ledger.portable import check
from shouze.sequencer.finding import entry_at, follow, follow_subjects, prove
from shouze.sequencer.installation import verify_installation
from shouze.sequencer.published import PublishedLog
from shouze.store import record_retention
from shouze.store.log_index import StoredPlaces
from shouze.store.log_reading import LogRows
from shouze.store.record_retention import RecordRetention
from tests.ledger.building import BOOT, SIGNER
from tests.sequencer.places import KeptNote, StoredPlace, batches, postgres_log, sqlite_log
from tests.sequencer.turns import checkpoint_after

KEY = SIGNER.verifier()
OTHER_BOOT = "0b6e1c1e-0000-4000-8000-000000000002"


@pytest.fixture(params=["sqlite", "postgres"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StoredPlace]:
    async with sqlite_log(tmp_path / "log") if request.param == "sqlite" else postgres_log() as place:
        yield place


def written_on(batch: Batch, day: str | None) -> Batch:
    return batch._replace(openings=tuple(each._replace(day=day) for each in batch.openings))


async def left(place: StoredPlace, table: str) -> list[tuple[str, int]]:
    sql = {
        "opening": "SELECT boot, nseq FROM log.opening ORDER BY boot, nseq",
        "touched": "SELECT p.boot, p.nseq FROM log.touched t JOIN log.placed p ON p.place = t.place",
        "look_up": "SELECT boot, nseq FROM log.look_up ORDER BY boot, nseq",
        "placed_subject": "SELECT boot, nseq FROM log.placed_subject JOIN log.placed USING (place) ORDER BY boot, nseq",
    }[table]
    return [(boot, nseq) for boot, nseq in await place.database.fetch(sql)]


async def test_what_is_past_goes_with_what_finds_it_and_every_proof_still_verifies(
    place: StoredPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_retention, "BITE", 3)
    memory, days = KeptNote(), ("2026-01-01", "2026-01-02", "2026-01-03")
    for batch, day in zip(batches(10, 10, 10), days, strict=True):
        await checkpoint_after(place, [written_on(batch, day)], memory)
    await checkpoint_after(place, [written_on(batches(5, boot=OTHER_BOOT)[0], "2026-01-01")], memory)
    log = PublishedLog(LogRows(place.database))
    proofs = [await prove(log, KEY, at) for at in range(35)]
    places = StoredPlaces(place.database)
    await follow_subjects(places, await follow(log, places))
    assert len(await left(place, "placed_subject")) == len(await left(place, "touched")) == 35
    assert await RecordRetention(place.database).end("2026-01-03") == 25
    assert await left(place, "opening") == await left(place, "look_up") == [(BOOT, nseq) for nseq in range(21, 31)]
    assert await left(place, "placed_subject") == await left(place, "look_up")
    assert len(await left(place, "touched")) == 10
    assert await RecordRetention(place.database).end("2026-01-03") == 0
    for at, proof in enumerate(proofs):
        check(proof, await entry_at(log, at), [KEY])
    assert (await verify_installation(LogRows(place.database), KEY)).ok


async def test_nothing_goes_before_its_day(place: StoredPlace) -> None:
    await checkpoint_after(place, [written_on(batches(10)[0], "2026-01-03")], KeptNote())
    assert await RecordRetention(place.database).end("2026-01-03") == 0
    assert len(await left(place, "opening")) == len(await left(place, "look_up")) == 10


async def test_openings_of_the_first_release_which_bear_no_day_stay(place: StoredPlace) -> None:
    memory = KeptNote()
    for batch, day in zip(batches(2, 3), (None, "2026-01-01"), strict=True):
        await checkpoint_after(place, [written_on(batch, day)], memory)
    await RecordRetention(place.database).end("2026-02-01")
    assert await left(place, "opening") == await left(place, "look_up") == [(BOOT, 1), (BOOT, 2)]
