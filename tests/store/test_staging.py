"""Batches of leaves, staged once and found again."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouze.errors import InvalidError, TamperedError
from shouze.journal.staging import Batch, LookUp, Opening
from shouze.store.driver import DuplicateError, Row
from shouze.store.opening import Stores
from shouze.store.staging import ROOM, room_left

BOOT = "0b9c"
OPENINGS = (Opening(5, 0, b"sealed 0", None), Opening(5, 3, b"sealed 3", "2026-03-01"), Opening(6, 0, b"", None))
LOOK_UPS = (LookUp(5, b"a" * 32), LookUp(6, b"a" * 32), LookUp(6, b"b" * 32))
BATCH = Batch(2, BOOT, 5, (b"leaf 5", b"leaf 6"), OPENINGS, LOOK_UPS, 1_700_000_000_000_000)


async def rows(stores: Stores, table: str) -> list[Row]:
    found = await stores.databases["log"].fetch(f"SELECT * FROM log.{table}")
    return sorted(found, key=lambda row: row[:4])


async def test_a_staged_batch_is_found_under_its_key_only(stores: Stores, twin: Stores) -> None:
    await stores.staging.stage(BATCH)
    assert await twin.staging.find(2, BOOT, 5) == (b"leaf 5", b"leaf 6")
    for place in [(2, BOOT, 6), (2, BOOT, 4), (3, BOOT, 5), (2, "other", 5)]:
        assert await stores.staging.find(*place) is None


async def test_openings_and_look_ups_are_stored_with_their_leaves(stores: Stores) -> None:
    await stores.staging.stage(BATCH)
    assert await rows(stores, "opening") == [(2, BOOT, *opening) for opening in OPENINGS]
    assert sorted(await rows(stores, "look_up")) == [(2, BOOT, *look_up) for look_up in LOOK_UPS]
    assert [row[5:7] for row in await rows(stores, "staging")] == [(BATCH.at, None)]


async def test_a_second_batch_under_the_same_key_is_an_error_and_changes_nothing(stores: Stores, twin: Stores) -> None:
    await stores.staging.stage(BATCH)
    before = [await rows(stores, table) for table in ("staging", "opening", "look_up")]
    with pytest.raises(DuplicateError):
        await twin.staging.stage(BATCH._replace(leaves=(b"other",), openings=(), look_ups=(LookUp(9, b"c" * 32),)))
    assert [await rows(stores, table) for table in ("staging", "opening", "look_up")] == before
    await twin.staging.stage(BATCH._replace(nseq=7, openings=(), look_ups=()))
    assert await stores.staging.find(2, BOOT, 7) == BATCH.leaves


async def test_a_batch_whose_opening_cannot_be_written_is_not_staged(stores: Stores) -> None:
    with pytest.raises(DuplicateError):
        await stores.staging.stage(BATCH._replace(openings=(OPENINGS[0], OPENINGS[0])))
    assert [await rows(stores, table) for table in ("staging", "opening", "look_up")] == [[], [], []]
    await stores.staging.stage(BATCH)


async def test_a_sequenced_batch_is_found_as_well(stores: Stores) -> None:
    await stores.staging.stage(BATCH)
    await stores.databases["log"].execute("UPDATE log.staging SET sequenced = 77")
    assert await stores.staging.find(2, BOOT, 5) == BATCH.leaves


async def test_a_batch_that_cannot_be_read_is_an_error(stores: Stores) -> None:
    await stores.staging.stage(BATCH)
    await stores.databases["log"].execute("UPDATE log.staging SET n = 3")
    with pytest.raises(TamperedError):
        await stores.staging.find(2, BOOT, 5)


async def test_a_leaf_over_65535_bytes_is_refused(stores: Stores) -> None:
    with pytest.raises(InvalidError):
        await stores.staging.stage(BATCH._replace(leaves=(bytes(65_536),)))
    await stores.staging.stage(BATCH._replace(leaves=(bytes(65_535),)))
    assert await stores.staging.find(2, BOOT, 5) == (bytes(65_535),)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=5).map(tuple))
async def test_leaves_come_back_byte_for_byte(stores: Stores, leaves: tuple[bytes, ...]) -> None:
    [(nseq,)] = await stores.databases["log"].fetch("SELECT coalesce(max(nseq), 0) + 1 FROM log.staging")
    await stores.staging.stage(Batch(1, BOOT, nseq, leaves, (), (), 0))
    assert await stores.staging.find(1, BOOT, nseq) == leaves


@pytest.mark.parametrize("width", [0, 1, 2, 3, 4, 6, 8])
def test_a_place_and_the_room_that_it_leaves_are_as_long_as_the_room_was(width: int) -> None:
    largest = (1 << 8 * width - 1) - 1 if width else 1
    for place in {largest, largest - 1, largest // 2 + 1}:
        assert _stored(place, room_left(place)) == _stored(None, ROOM), place


def _stored(place: int | None, room: int) -> int:
    """Return how many bytes SQLite stores for a row of a place and so much room."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE staging (sequenced integer, room blob)")
        database.execute("INSERT INTO staging VALUES (?, zeroblob(?))", (place, room))
        [(payload,)] = database.execute("SELECT sum(payload) FROM dbstat WHERE name = 'staging'")
        return int(payload)
