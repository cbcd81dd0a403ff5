"""The loop: woken by a poke, paced, stopped after a last round."""

from __future__ import annotations

import asyncio

import pytest

from shouze.errors import UnavailableError
from shouze.sequencer.installation import verify_installation
from shouze.sequencer.ports import FencedError
from shouze.sequencer.rounds import Rounds
from shouze.store.log_reading import LogRows
from tests.ledger.building import SIGNER
from tests.sequencer.places import Failing, MemoryPlace, StoredPlace, batches, sequencer

PATIENCE = 60.0
"""Seconds that a step may take on a busy machine."""


async def _until_size(place: MemoryPlace, size: int) -> float:
    loop = asyncio.get_running_loop()
    start = loop.time()
    while size not in place.checkpoints:
        assert loop.time() - start < PATIENCE
        await asyncio.sleep(0.002)
    return loop.time() - start


async def test_a_poke_wakes_at_once_and_a_stop_does_a_last_round() -> None:
    place, stop = MemoryPlace(), asyncio.Event()
    one, two, three = batches(1, 1, 1)
    rounds = Rounds(sequencer(place.log()), tick=60, pace=0.01)
    running = asyncio.create_task(rounds.run(stop))
    await _until_size(place, 0)
    await asyncio.sleep(0.05)
    await place.stage(one)
    rounds.poke()
    await _until_size(place, 1)
    await place.stage(two)
    rounds.poke()
    await _until_size(place, 2)
    await place.stage(three)
    stop.set()
    await asyncio.wait_for(running, PATIENCE)
    assert max(place.checkpoints) == 3
    assert place.holder is None


async def test_checkpoints_keep_their_pace_and_a_leaf_waits_no_longer() -> None:
    place, stop = MemoryPlace(), asyncio.Event()
    staged = batches(1, 1, 1, 1)
    rounds = Rounds(sequencer(place.log()), tick=0.02, pace=1.0)
    running = asyncio.create_task(rounds.run(stop))
    await _until_size(place, 0)
    for batch in staged:
        await place.stage(batch)
        rounds.poke()
        await asyncio.sleep(0.01)
    assert max(place.checkpoints) == 0
    assert await _until_size(place, 4) < 2
    assert sorted(place.checkpoints) == [0, 4]
    stop.set()
    await running


async def test_without_a_poke_the_tick_finds_what_was_staged() -> None:
    place, stop = MemoryPlace(), asyncio.Event()
    running = asyncio.create_task(Rounds(sequencer(place.log()), tick=0.02, pace=0.01).run(stop))
    await _until_size(place, 0)
    await place.stage(batches(1)[0])
    await _until_size(place, 1)
    stop.set()
    await running


async def test_a_backlog_is_taken_without_a_rest() -> None:
    place, stop = MemoryPlace(), asyncio.Event()
    for batch in batches(*[1] * 20):
        await place.stage(batch)
    running = asyncio.create_task(Rounds(sequencer(place.log(), largest_round=4), tick=60, pace=60).run(stop))
    await _until_size(place, 20)
    stop.set()
    await running


async def test_a_round_that_failed_is_told_and_repeated() -> None:
    place, stop = MemoryPlace(), asyncio.Event()
    told: list[UnavailableError] = []
    await place.stage(batches(1)[0])
    log = Failing(place.log(), ("integrate", "kept"), ("insert_checkpoint", "lost"))
    running = asyncio.create_task(Rounds(sequencer(log), tick=0.01, pace=0.01, failed=told.append).run(stop))
    await _until_size(place, 1)
    stop.set()
    await running
    assert len(told) == 2


async def test_a_fenced_sequencer_ends_the_loop() -> None:
    place = MemoryPlace()
    running = asyncio.create_task(Rounds(sequencer(place.log()), tick=0.01, pace=0.01).run(asyncio.Event()))
    await _until_size(place, 0)
    place.epoch += 1
    await place.stage(batches(1)[0])
    with pytest.raises(FencedError):
        await asyncio.wait_for(running, PATIENCE)


async def test_a_sequencer_in_reserve_carries_on_and_nothing_is_lost_or_doubled(stored_place: StoredPlace) -> None:
    """Two run at once; the active one ends in the middle of the stream."""
    staged, stops = batches(*[3] * 12), [asyncio.Event(), asyncio.Event()]
    loops = [Rounds(sequencer(stored_place.log()), tick=0.01, pace=0.01) for _ in stops]
    running = [asyncio.create_task(loop.run(stop)) for loop, stop in zip(loops, stops, strict=True)]
    for number, batch in enumerate(staged):
        await stored_place.stage(batch)
        await asyncio.sleep(0.02)
        if number == 6:
            stops[0].set()
            await running[0]
    stops[1].set()
    await running[1]
    assert await stored_place.entries() == [leaf for batch in staged for leaf in batch.leaves]
    assert (await verify_installation(LogRows(stored_place.database), SIGNER.verifier())).ok
