"""Sequencing rounds: order, crashes, rivals, flipped bits, logs that were put back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest

from shouze.errors import TamperedError, UnavailableError
from shouze.journal.staging import Batch
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.tree import EMPTY_ROOT, leaf_hash, root_of
from shouze.sequencer.ports import FencedError
from tests.ledger.building import BOOT, OTHER, SIGNER
from tests.sequencer.places import AT, Clock, Failing, KeptNote, MemoryPlace, Place, StoredPlace, batches, sequencer

SECOND_BOOT = "0b6e1c1e-0000-4000-8000-000000000002"


async def stage_all(place: Place, staged: Sequence[Batch]) -> None:
    for batch in staged:
        await place.stage(batch)


async def drained(place: Place, memory: KeptNote | None = None, **more: Any) -> Checkpoint:
    """Let a new sequencer work until nothing is left; return its last checkpoint."""
    log = place.log()
    one = sequencer(log, memory, **more)
    while await one.step() is not None:
        pass
    signed = one.standing.signed
    assert signed is not None
    await one.release()
    return signed


async def check_log(place: Place, staged: Sequence[Batch], signed: Checkpoint) -> None:
    """Every staged leaf stands in the log exactly once, in its node's order, under a consistent checkpoint."""
    entries = await place.entries()
    for node, boot in {(batch.node, batch.boot) for batch in staged}:
        own = sorted((one for one in staged if (one.node, one.boot) == (node, boot)), key=lambda one: one.nseq)
        expected = [leaf for batch in own for leaf in batch.leaves]
        assert [entry for entry in entries if entry in set(expected)] == expected
    assert len(entries) == sum(len(batch.leaves) for batch in staged) == signed.size
    assert root_of([leaf_hash(entry) for entry in entries]) == signed.root


async def test_an_empty_log_gets_a_signed_checkpoint_of_size_0(place: Place) -> None:
    one = sequencer(place.log())
    assert await one.step() == Checkpoint(SIGNER.name, 0, EMPTY_ROOT)
    assert await one.step() is None
    await one.release()


async def test_batches_of_several_nodes_and_boots_out_of_order_are_each_taken_once(place: Place) -> None:
    first, second = batches(3, 1, 260), batches(2, 2, node=2, at=AT - 5)
    third = batches(1, 7, boot=SECOND_BOOT)
    staged = [first[2], second[1], third[1], first[0], third[0], second[0], first[1]]
    await stage_all(place, staged)
    signed = await drained(place, largest_round=2)
    await check_log(place, staged, signed)


async def test_a_chain_whose_moments_run_backwards_keeps_its_order(place: Place) -> None:
    one, two, three = batches(1, 1, 1)
    staged = [one._replace(at=AT + 30), two._replace(at=AT + 20), three._replace(at=AT + 10)]
    await stage_all(place, staged)
    await check_log(place, staged, await drained(place, largest_round=2))


async def test_a_node_with_a_gap_is_held_back_alone_until_the_gap_is_filled(place: Place) -> None:
    late = batches(1, 1, 1, 1)
    others = batches(2, 2, node=2)
    await stage_all(place, [late[0], late[2], late[3], *others])
    one = sequencer(place.log(), largest_round=2)
    while await one.step() is not None:
        pass
    assert one.standing.held == {(1, BOOT): "leaf.nseq"}
    assert len(await place.entries()) == 5
    await place.stage(late[1])
    for _ in range(4):
        await one.step()
    assert one.standing.held == {}
    signed = one.standing.signed
    assert signed is not None
    await check_log(place, [*late, *others], signed)
    await one.release()


async def test_something_that_is_no_record_holds_its_node_back(place: Place) -> None:
    bad = batches(1)[0]._replace(leaves=(b"{}",))
    good = batches(2, node=2)
    await stage_all(place, [bad, *good])
    one = sequencer(place.log())
    await one.step()
    assert await one.step() is None
    assert one.standing.held == {(1, BOOT): "leaf"}
    assert await place.entries() == list(good[0].leaves)
    await one.release()


WRITES = ["become_active", "staged", "state", "applied", "integrate", "read_back", "insert_checkpoint"]


@pytest.mark.parametrize("fate", ["lost", "kept"])
@pytest.mark.parametrize("call", WRITES)
async def test_a_crash_at_any_call_loses_and_doubles_nothing(
    place: Place, call: str, fate: Literal["lost", "kept"]
) -> None:
    """As Sunlight's table: the call fails with nothing written or with all written; then another one carries on."""
    memory, staged = KeptNote(), batches(3, 300, 2)
    before = await _checkpoint_after(place, staged[:1], memory)
    await stage_all(place, staged[1:])
    log = place.log()
    crashed = sequencer(Failing(log, (call, fate)), memory)
    with pytest.raises(UnavailableError):
        await crashed.step()
    await log.release()
    signed = await drained(place, memory)
    await check_log(place, staged, signed)
    assert signed.size > before.size
    assert root_of([leaf_hash(entry) for entry in (await place.entries())[: before.size]]) == before.root


@pytest.mark.parametrize("fate", ["lost", "kept"])
@pytest.mark.parametrize("call", WRITES)
async def test_a_sequencer_that_lives_on_after_a_failed_call_makes_it_good(
    call: str, fate: Literal["lost", "kept"]
) -> None:
    place, staged = MemoryPlace(), batches(3, 300, 2)
    await stage_all(place, staged)
    one = sequencer(Failing(place.log(), (call, fate)))
    with pytest.raises(UnavailableError):
        await one.step()
    while await one.step() is not None:
        pass
    signed = one.standing.signed
    assert signed is not None
    await check_log(place, staged, signed)


async def test_a_crash_while_remembering_is_made_good(place: Place) -> None:
    class Full(KeptNote):
        def remember(self, note: bytes) -> None:
            raise UnavailableError

    staged = batches(3)
    await stage_all(place, staged)
    log = place.log()
    with pytest.raises(UnavailableError):
        await sequencer(log, Full()).step()
    await log.release()
    await check_log(place, staged, await drained(place))


async def _checkpoint_after(place: Place, staged: Sequence[Batch], memory: KeptNote) -> Checkpoint:
    await stage_all(place, staged)
    return await drained(place, memory)


async def test_of_two_sequencers_one_waits(place: Place) -> None:
    await stage_all(place, batches(2))
    first, second = sequencer(place.log()), sequencer(place.log())
    assert await first.step() is not None
    assert await second.step() is None
    assert not second.standing.active
    await first.release()
    await second.step()
    assert second.standing.active
    await second.release()


async def test_a_sequencer_that_lost_its_place_never_signs(place: Place) -> None:
    """Its lock was lost, as a dead connection loses it: only the epoch is left to stop it."""
    staged = batches(2, 2)
    old_memory = KeptNote()
    old_log = place.log()
    old = sequencer(old_log, old_memory)
    await old.step()
    signed_before = old_memory.note
    await old_log.release()
    new = sequencer(place.log())
    await place.stage(staged[0])
    await new.step()
    await place.stage(staged[1])
    with pytest.raises(FencedError):
        await old.step()
    with pytest.raises(FencedError):
        await old.step()
    assert old_memory.note == signed_before
    assert not old.standing.active
    await new.step()
    signed = new.standing.signed
    assert signed is not None
    await check_log(place, staged, signed)
    await new.release()


@pytest.mark.parametrize("call", ["integrate", "read_back", "insert_checkpoint"])
async def test_a_takeover_in_the_middle_of_a_round_is_noticed(call: str) -> None:
    place = MemoryPlace()
    log = place.log()

    class TakenOver(Failing):
        def __getattr__(self, name: str) -> object:
            if name == call and place.frontier.size + len(place.staging) > 0:
                place.epoch += 1
            return super().__getattr__(name)

    one = sequencer(TakenOver(log))
    await stage_all(place, batches(2))
    with pytest.raises(FencedError):
        await one.step()
    assert not [size for size in place.checkpoints if size]


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
    signed = await _checkpoint_after(place, batches(300), memory)
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
    await _checkpoint_after(stored_place, [], memory)
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


async def test_a_right_edge_that_changed_is_not_built_upon() -> None:
    place = MemoryPlace()
    memory = KeptNote()
    await _checkpoint_after(place, batches(300), memory)
    width, body = place.bundles[1]
    place.bundles[1] = (width, body[:-1] + bytes((body[-1] ^ 1,)))
    await place.stage(batches(300, 2)[1])
    with pytest.raises(TamperedError):
        await sequencer(place.log(), memory).step()
    assert place.frontier.size == 300


async def test_a_log_put_back_to_an_earlier_state_is_refused_with_what_to_do() -> None:
    place, memory = MemoryPlace(), KeptNote()
    staged = batches(3, 300)
    await _checkpoint_after(place, staged[:1], memory)
    backup = replace(
        place, staging=dict(place.staging), bundles=dict(place.bundles), tiles=dict(place.tiles),
        chains=dict(place.chains), checkpoints=dict(place.checkpoints),
    )  # fmt: skip
    await _checkpoint_after(place, staged[1:], memory)
    backup.epoch = place.epoch
    with pytest.raises(TamperedError, match="Restore a database that holds that checkpoint") as refused:
        await sequencer(backup.log(), memory).step()
    assert refused.value.field == "log.size"
    assert "恢复" in refused.value.say("zh")


async def test_a_state_smaller_than_the_newest_checkpoint_is_refused() -> None:
    place = MemoryPlace()
    await _checkpoint_after(place, batches(3), KeptNote())
    checkpoint = place.checkpoints[3]
    other = MemoryPlace(checkpoints={3: checkpoint})
    with pytest.raises(TamperedError, match="smaller than what was signed"):
        await sequencer(other.log()).step()


async def test_a_log_that_took_another_way_since_is_refused() -> None:
    """Same size as remembered, another root: somebody wrote a second history."""
    memory, place, other = KeptNote(), MemoryPlace(), MemoryPlace()
    await _checkpoint_after(place, batches(3), memory)
    await _checkpoint_after(other, batches(4, node=2), KeptNote())
    with pytest.raises(TamperedError):
        await sequencer(other.log(), memory).step()


async def test_a_checkpoint_of_another_key_is_refused() -> None:
    place = MemoryPlace()
    await _checkpoint_after(place, batches(3), KeptNote())
    stranger = sequencer(place.log())
    stranger._signer = OTHER
    with pytest.raises(TamperedError, match="not one that this key signed"):
        await stranger.step()


async def test_a_memory_that_lags_behind_is_no_obstacle(place: Place) -> None:
    """A sequencer in reserve on another machine remembers an older checkpoint."""
    lagging, staged = KeptNote(), batches(3, 700, 2)
    await _checkpoint_after(place, staged[:1], lagging)
    await _checkpoint_after(place, staged[1:2], KeptNote())
    await check_log(place, staged, await _checkpoint_after(place, staged[2:], lagging))


async def test_a_clock_before_the_newest_checkpoint_signs_nothing(place: Place) -> None:
    clock = Clock()
    one = sequencer(place.log(), clock=clock)
    await one.step()
    await stage_all(place, batches(2))
    clock.time -= timedelta(seconds=1)
    with pytest.raises(UnavailableError) as refused:
        await one.step()
    assert refused.value.field == "clock"
    clock.time += timedelta(seconds=2)
    signed = await one.step()
    assert signed is not None
    assert signed.size == 2
    await one.release()


@pytest.mark.parametrize("widths", [(255, 1, 1), (256, 256), (300, 300, 1)])
async def test_sizes_around_a_full_bundle_verify(place: Place, widths: tuple[int, ...]) -> None:
    memory, staged = KeptNote(), batches(*widths)
    for batch in staged:
        signed = await _checkpoint_after(place, [batch], memory)
        assert memory.note is not None
        assert open_checkpoint(memory.note, [SIGNER.verifier()])[0] == signed
    await check_log(place, staged, signed)


async def test_the_log_grows_past_65536_entries(sqlite_place: StoredPlace) -> None:
    memory = KeptNote()
    staged = batches(*[1024] * 64, 1, 300)
    await stage_all(sqlite_place, staged[:-2])
    assert (await drained(sqlite_place, memory, largest_round=40)).size == 65_536
    await _checkpoint_after(sqlite_place, staged[-2:-1], memory)
    signed = await _checkpoint_after(sqlite_place, staged[-1:], memory)
    entries = await sqlite_place.entries()
    assert entries == [leaf for batch in staged for leaf in batch.leaves]
    assert root_of([leaf_hash(entry) for entry in entries]) == signed.root


async def test_rounds_leave_the_event_loop_free() -> None:
    place = MemoryPlace()
    await stage_all(place, batches(2000))
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0)

    heart = asyncio.create_task(beat())
    await sequencer(place.log()).step()
    heart.cancel()
    assert beats > 10
