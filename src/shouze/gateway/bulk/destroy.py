"""Destroys the items of a purpose, subject by subject, as every ending goes: state and debt first, then the key."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from shouze.gateway.asking import Visitor
from shouze.gateway.bulk.means import Means
from shouze.gateway.bulk.request import Job
from shouze.gateway.bulk.sorting import Wanted, sort_one
from shouze.gateway.changing import TRIES, ending, settle_debts, unbind_what_ended, worked_out
from shouze.gateway.ports import Query
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Standing
from shouze.rules.use import ground_of

AT_ONCE = 16
"""Subjects under way at once: they share commits, and leave connections for others."""


async def destroy_chunk(means: Means, visitor: Visitor, job: Job, wanted: Sequence[Wanted]) -> Counter[str]:
    """Destroy what a chunk that is recorded names; return those refused after all, by code.

    Who is refused has changed since the chunk was decided; what stands in the way of all raises.
    """
    refused = Counter[str]()
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        outcomes = await asyncio.gather(*(_destroy(means, visitor, job, each) for each in some), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
            if outcome is not None:
                refused[outcome.code] += 1
    return refused


async def _destroy(means: Means, visitor: Visitor, job: Job, wanted: Wanted) -> Refusal | None:
    """Destroy the items of one subject, decided again where another change came between."""
    room, (found, items) = means.room, wanted
    for _ in range(TRIES):
        after = _without(found.standing, ground_of(job.form.service, job.form.purpose), items, means.now)
        if await room.custody.change(await worked_out(ending(room, found, after))):
            break
        answer = (await room.custody.look_up([Query(found.subject, (), None)]))[0]
        policy = await room.policy_at(answer.epoch)
        outcome: Refusal | tuple[str, ...] = Refusal("subject-erased")
        for found in answer.found:
            outcome = sort_one(policy, visitor, job, found, means.now)
        if isinstance(outcome, Refusal):
            return outcome
        if not outcome:
            return None  # what came between has taken it away
        items = outcome
    else:
        return Refusal("record-unavailable")
    await settle_debts(room, found.subject)
    await unbind_what_ended(room, found.subject, after, means.now)
    return None


async def pay(means: Means, subjects: Sequence[str]) -> None:
    """Destroy the keys that a run cut off in this chunk still owes."""
    for subject in subjects:
        await settle_debts(means.room, subject)


def _without(standing: Standing, ground: str, items: Sequence[str], now: datetime) -> Standing:
    """Return the standing without the items; erased when nothing is left and no service used."""
    after = standing.without_items(ground, items)
    in_use = any(ended is None for ended in after.services.values())
    return after if after.held or in_use else standing.erased(now)
