"""Growth that must not be signed: flipped bits, and logs that were put back."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouze.errors import TamperedError
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.integrate import Edge, integrate
from shouze.ledger.tile import encode_bundle
from shouze.ledger.tree import Frontier
from shouze.sequencer.growth import verify_growth
from shouze.sequencer.ports import ReadBack, StagedBatch
from tests.ledger.building import BOOT, OTHER
from tests.sequencer.places import Failing, KeptNote, MemoryPlace, StoredPlace, batches, sequencer
from tests.sequencer.turns import checkpoint_after, stage_all

SECOND_BOOT = "0b6e1c1e-0000-4000-8000-000000000002"


async def test_a_flipped_bit_in_a_stored_bundle_is_never_signed() -> None:
    """Yeti, 2022: one bit flipped between hashing and storing made a log that nobody can repair."""
    place = MemoryPlace()
    await _flip_between(place, "bundle")


async def test_a_flipped_bit_in_a_stored_tile_is_never_signed() -> None:
    await _flip_between(MemoryPlace(), "tile")


async def test_a_leaf_that_changed_in_memory_is_never_signed() -> None:
    """The tree is consistent, but it is not what the node staged."""
    await _flip_between(MemoryPlace(), "staging")


async def _flip_between(place: MemoryPlace, what: str) -> None:
    memory = KeptNote()
    signed = await checkpoint_after(place, batches(300), memory)
    log = place.log()

    class Flipping(Failing):
        def __getattr__(self, name: str) -> object:
            if name == "read_back" and place.frontier.size > 300:
                _flip(place, what)
            return super().__getattr__(name)

    await place.stage(batches(300, 2)[1])
    note = memory.note
    one = sequencer(Flipping(log), memory)
    for _ in range(2):
        with pytest.raises(TamperedError):
            await one.step()
    assert memory.note == note
    assert max(place.checkpoints) == signed.size
    await log.release()
    with pytest.raises(TamperedError):
        await sequencer(place.log(), memory).step()


def _flip(place: MemoryPlace, what: str) -> None:
    if what == "bundle":
        width, body = place.bundles[1]
        place.bundles[1] = (width, body[:-1] + bytes((body[-1] ^ 1,)))
    elif what == "tile":
        width, body = place.tiles[0, 1]
        place.tiles[0, 1] = (width, body[:-1] + bytes((body[-1] ^ 1,)))
    else:
        key = (1, BOOT, 301)
        place.staging[key] = place.staging[key]._replace(body=place.staging[key].body[:-1] + b"!")


@pytest.mark.parametrize("table", ["bundle", "tile"])
async def test_a_flipped_bit_in_a_database_is_never_signed(stored_place: StoredPlace, table: str) -> None:
    class Flipping(Failing):
        def __getattr__(self, name: str) -> Any:
            call = super().__getattr__(name)

            async def flipped(since: int) -> Any:
                await _flip_row(stored_place, table)
                return await call(since)

            return flipped if name == "read_back" else call

    log, memory = stored_place.log(), KeptNote()
    await stage_all(stored_place, batches(300))
    await checkpoint_after(stored_place, [], memory)
    note = memory.note
    await stage_all(stored_place, batches(300, 2)[1:])
    with pytest.raises(TamperedError):
        await sequencer(Flipping(log), memory).step()
    assert memory.note == note
    latest = await log.latest_checkpoint()
    assert latest is not None
    assert latest.size == 300
    await log.release()


async def _flip_row(place: StoredPlace, table: str) -> None:
    find = {"bundle": "SELECT body FROM log.bundle WHERE n = 1", "tile": "SELECT body FROM log.tile WHERE n = 1"}
    keep = {
        "bundle": "UPDATE log.bundle SET body = :body WHERE n = 1",
        "tile": "UPDATE log.tile SET body = :body WHERE n = 1",
    }
    body = (await place.database.fetch(find[table]))[0][0]
    await place.database.execute(keep[table], {"body": body[:-1] + bytes((body[-1] ^ 1,))})


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 520), st.lists(st.integers(1, 400), min_size=1, max_size=6), st.data())
def test_what_is_staged_in_any_batches_is_found_in_the_bundles_and_nothing_else(
    before: int, widths: list[int], data: st.DataObject
) -> None:
    signed, back = _grown_by(before, widths)
    verify_growth(signed, back)
    n = data.draw(st.integers(0, len(widths) - 1))
    body = back.batches[n].body
    at = data.draw(st.integers(0, len(body) - 1))
    for wrong in (body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :], body[:at], body + body[: at + 1]):
        batches = [*back.batches[:n], back.batches[n]._replace(body=wrong), *back.batches[n + 1 :]]
        with pytest.raises(TamperedError):
            verify_growth(signed, back._replace(batches=batches))


@pytest.mark.parametrize("before", [0, 200, 256])
@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_hole_in_what_was_staged_is_found_wherever_it_is(before: int, lost: int) -> None:
    signed, back = _grown_by(before, [100, 156, 56])
    with pytest.raises(TamperedError) as told:
        verify_growth(signed, back._replace(batches=[*back.batches[:lost], *back.batches[lost + 1 :]]))
    assert told.value.field == "log.staging"


@pytest.mark.parametrize("by", [-1, 1])
def test_the_last_batch_ends_where_the_log_ends(by: int) -> None:
    """Its leaves are right, but it says that there are more or fewer of them."""
    signed, back = _grown_by(200, [100, 56])
    *first, last = back.batches
    with pytest.raises(TamperedError) as told:
        verify_growth(signed, back._replace(batches=[*first, last._replace(width=last.width + by)]))
    assert told.value.field == "log.staging"


def test_a_batch_that_stands_twice_or_in_anothers_place_is_not_what_the_log_holds() -> None:
    signed, back = _grown_by(200, [56, 56])
    one, two = back.batches
    swapped = [one._replace(sequenced=two.sequenced), two._replace(sequenced=one.sequenced)]
    for staged in ([one, two, two], [one, one, two], swapped):
        with pytest.raises(TamperedError):
            verify_growth(signed, back._replace(batches=staged))


def _grown_by(before: int, widths: list[int]) -> tuple[Checkpoint, ReadBack]:
    """What was signed of a log of so many entries, and what is read back after batches of these widths."""
    entries = [b"entry %d" % n for n in range(before + sum(widths))]
    first = integrate(Frontier(), Edge(), entries[:before])
    made = integrate(first.frontier, first.edge, entries[before:])
    starts = [*itertools.accumulate(widths, initial=before)]
    placed = [
        StagedBatch(1, BOOT, start + 1, width, encode_bundle(entries[start : start + width]), 0, start)
        for start, width in zip(starts, widths, strict=False)
    ]
    back = ReadBack(1, len(entries), made.root, made.bundles, first.tiles | made.tiles, placed)
    return Checkpoint("example.org/log", before, first.root), back


async def test_a_right_edge_that_changed_is_not_built_upon() -> None:
    place = MemoryPlace()
    memory = KeptNote()
    await checkpoint_after(place, batches(300), memory)
    width, body = place.bundles[1]
    place.bundles[1] = (width, body[:-1] + bytes((body[-1] ^ 1,)))
    await place.stage(batches(300, 2)[1])
    with pytest.raises(TamperedError):
        await sequencer(place.log(), memory).step()
    assert place.frontier.size == 300


async def test_a_log_put_back_to_an_earlier_state_is_refused_with_what_to_do() -> None:
    place, memory = MemoryPlace(), KeptNote()
    staged = batches(3, 300)
    await checkpoint_after(place, staged[:1], memory)
    backup = replace(
        place, staging=dict(place.staging), bundles=dict(place.bundles), tiles=dict(place.tiles),
        chains=dict(place.chains), checkpoints=dict(place.checkpoints),
    )  # fmt: skip
    await checkpoint_after(place, staged[1:], memory)
    backup.epoch = place.epoch
    with pytest.raises(TamperedError, match="Restore a database that holds that checkpoint") as refused:
        await sequencer(backup.log(), memory).step()
    assert refused.value.field == "log.size"
    assert "恢复" in refused.value.say("zh")


async def test_a_state_smaller_than_the_newest_checkpoint_is_refused() -> None:
    place = MemoryPlace()
    await checkpoint_after(place, batches(3), KeptNote())
    checkpoint = place.checkpoints[3]
    other = MemoryPlace(checkpoints={3: checkpoint})
    with pytest.raises(TamperedError, match="smaller than what was signed"):
        await sequencer(other.log()).step()


async def test_a_log_that_took_another_way_since_is_refused() -> None:
    """Same size as remembered, another root: somebody wrote a second history."""
    memory, place, other = KeptNote(), MemoryPlace(), MemoryPlace()
    await checkpoint_after(place, batches(3), memory)
    await checkpoint_after(other, batches(4, node=2), KeptNote())
    with pytest.raises(TamperedError):
        await sequencer(other.log(), memory).step()


async def test_a_checkpoint_of_another_key_is_refused() -> None:
    place = MemoryPlace()
    await checkpoint_after(place, batches(3), KeptNote())
    stranger = sequencer(place.log())
    stranger._first = OTHER
    with pytest.raises(TamperedError, match="not one that this key signed"):
        await stranger.step()
