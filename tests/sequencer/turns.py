"""Turns of a sequencer over a place."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from shouze.journal.staging import Batch
from shouze.ledger.checkpoint import Checkpoint
from tests.sequencer.places import KeptNote, Place, sequencer


async def stage_all(place: Place, staged: Sequence[Batch]) -> None:
    for batch in staged:
        await place.stage(batch)


async def drained(place: Place, memory: KeptNote | None = None, **more: Any) -> Checkpoint:
    """Let a new sequencer work until nothing is left; return its last checkpoint."""
    log = place.log()
    one = sequencer(log, memory, **more)
    while await one.step() is not None or not one.standing.active:  # noqa: ASYNC110 - a server tells nobody
        # A server lets go of a dead sequencer's lock when it notices that its connection is gone.
        await asyncio.sleep(0)
    signed = one.standing.signed
    assert signed is not None
    await one.release()
    return signed


async def checkpoint_after(place: Place, staged: Sequence[Batch], memory: KeptNote) -> Checkpoint:
    await stage_all(place, staged)
    return await drained(place, memory)
