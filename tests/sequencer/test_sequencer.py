"""Sequencing rounds: order, crashes, rivals, sizes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import pytest

from shouze.errors import UnavailableError
from shouze.journal.staging import Batch
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.tree import EMPTY_ROOT, leaf_hash, root_of
from shouze.sequencer.ports import FencedError
from shouze.sequencer.sequencer import FIRST_ROUND, LEAVES
from tests.ledger.building import BOOT, SIGNER
from tests.sequencer.places import AT, Clock, Failing, KeptNote, MemoryPlace, Place, StoredPlace, batches, sequencer
from tests.sequencer.turns import checkpoint_after, drained, stage_all

SECOND_BOOT = "0b6e1c1e-0000-4000-8000-000000000002"


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
    before = await checkpoint_after(place, staged[:1], memory)
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


async def test_a_memory_that_lags_behind_is_no_obstacle(place: Place) -> None:
    """A sequencer in reserve on another machine remembers an older checkpoint."""
    lagging, staged = KeptNote(), batches(3, 700, 2)
    await checkpoint_after(place, staged[:1], lagging)
    await checkpoint_after(place, staged[1:2], KeptNote())
    await check_log(place, staged, await checkpoint_after(place, staged[2:], lagging))


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
        signed = await checkpoint_after(place, [batch], memory)
        assert memory.note is not None
        assert open_checkpoint(memory.note, [SIGNER.verifier()])[0] == signed
    await check_log(place, staged, signed)


async def test_the_log_grows_past_65536_entries(sqlite_place: StoredPlace) -> None:
    memory = KeptNote()
    staged = batches(*[1024] * 64, 1, 300)
    await stage_all(sqlite_place, staged[:-2])
    assert (await drained(sqlite_place, memory, largest_round=40)).size == 65_536
    await checkpoint_after(sqlite_place, staged[-2:-1], memory)
    signed = await checkpoint_after(sqlite_place, staged[-1:], memory)
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


@pytest.mark.parametrize(("leaves", "taken"), [(LEAVES, [1, 3, 4]), (2 * FIRST_ROUND, [1, 2, 3, 4])])
async def test_rounds_take_more_batches_while_many_wait_but_no_more_leaves(
    sqlite_place: StoredPlace, monkeypatch: pytest.MonkeyPatch, leaves: int, taken: list[int]
) -> None:
    monkeypatch.setattr("shouze.sequencer.sequencer.LEAVES", leaves)
    await stage_all(sqlite_place, batches(*[2] * (FIRST_ROUND * 4)))
    one = sequencer(sqlite_place.log())
    sizes = []
    while (signed := await one.step()) is not None:
        sizes.append(signed.size)
    assert sizes == [2 * FIRST_ROUND * rounds for rounds in taken]
    await one.release()
