"""Counting what holders did: once each, from the log, in bounded stretches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from shouze.ledger.entry import parse_leaf
from shouze.ledger.moments import micros
from shouze.sequencer import counting
from shouze.sequencer.counting import Key, Stretch, counted, keep_counting
from shouze.sequencer.finding import entry_at
from shouze.sequencer.published import PublishedLogs
from shouze.store.log_exercised import StoredCounts
from shouze.wiring.shards import published_logs
from tests.ledger.building import leaves
from tests.sequencer.places import Clock, KeptNote, StoredPlace, batches, postgres_log, sequencer, sqlite_log
from tests.sequencer.turns import checkpoint_after, stage_all


@pytest.fixture(autouse=True)
def released(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count the act that the built leaves have."""
    monkeypatch.setattr(counting, "ACTIONS", ("release",))


@pytest.fixture(params=["sqlite", "postgres"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StoredPlace]:
    async with sqlite_log(tmp_path / "log") if request.param == "sqlite" else postgres_log() as place:
        yield place


async def opened(place: StoredPlace, *sizes: int) -> tuple[PublishedLogs, StoredCounts]:
    await stage_all(place, batches(*sizes))
    await checkpoint_after(place, batches(5, node=2), KeptNote())
    return published_logs(place.database), StoredCounts(place.database)


@pytest.mark.duty("A13-3-permissions")
async def test_uses_are_counted_in_bounded_stretches_and_each_once(
    place: StoredPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "BITE", 20)
    log, counts = await opened(place, 60)
    assert await keep_counting(log, counts, bites=2) == (40, 65)
    assert await keep_counting(log, counts) == await keep_counting(log, counts) == (65, 65)
    first = await log.find("")
    who = parse_leaf(await entry_at(first, 0)).who
    holder = f"post:{who.post}"
    rows = [row for row in await counts.of_holders([holder], 10) if row.item == "phone"]
    assert [(row.actors, row.uses) for row in rows] == [(1, 65)]
    moments = [micros(parse_leaf(await entry_at(first, at)).at) for at in range(65)]
    assert (rows[0].first, rows[0].last) == (min(moments), max(moments))
    assert await counts.of_holders([f"person:{who.id}"], 10) == [
        row._replace(holder=f"person:{who.id}") for row in await counts.of_holders([holder], 10)
    ]


async def test_logs_that_follow_one_another_are_counted_together(place: StoredPlace) -> None:
    clock, memory = Clock(), KeptNote()
    clock.time = clock.time.replace(year=2026, month=12, day=31, hour=15, minute=59)
    staged = batches(3, 4)
    one = sequencer(place.log(), memory, clock)
    await one.step()
    for batch in staged:
        await place.stage(batch)
        while await one.step() is not None:
            pass
        clock.time += timedelta(minutes=1)
    await one.release()
    logs, counts = published_logs(place.database), StoredCounts(place.database)
    assert len(await logs.begun()) == 2
    done, size = await keep_counting(logs, counts)
    assert done == size > 7, "what a log says of itself is a leaf, and nobody's use"
    assert {row.uses for row in await counts.of_holders(["post:clerk"], 10)} == {7}
    assert await keep_counting(logs, counts) == (done, size)
    assert {row.uses for row in await counts.of_holders(["post:clerk"], 10)} == {7}


async def test_whoever_counts_what_another_counted_meanwhile_adds_nothing(place: StoredPlace) -> None:
    log, counts = await opened(place, 10)
    await keep_counting(log, counts)
    before = await counts.of_holders(["post:clerk"], 10)
    assert not await counts.add(Stretch(0, 0, 10), counted(leaves(10)))
    assert await counts.of_holders(["post:clerk"], 10) == before


async def test_a_log_without_a_checkpoint_counts_nothing(place: StoredPlace) -> None:
    log, counts = published_logs(place.database), StoredCounts(place.database)
    assert await keep_counting(log, counts) == (0, 0)


def test_what_was_refused_or_is_no_use_is_not_counted() -> None:
    for old, new in ((b'"outcome":"permitted"', b'"outcome":"refused"'), (b'"act":"release"', b'"act":"check"')):
        raw = [entry.replace(old, new) for entry in leaves(3)]
        assert raw != leaves(3)
        assert counted(raw) == {}


def test_a_leaf_counts_for_each_purpose_and_item_it_names() -> None:
    keys = counted(leaves(1))
    leaf = parse_leaf(leaves(1)[0])
    assert {(key.purpose, key.item) for key in keys} == {(p, i) for p in leaf.what.purposes for i in leaf.what.items}
    assert all(isinstance(key, Key) for key in keys)
