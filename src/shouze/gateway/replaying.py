"""Ends again what had ended when a backup was put back: erased subjects stay erased, withdrawn items stay gone.

A list of erasures says, of each change that destroyed keys, the standing that it led to. On a subject that a backup
holds as it was before, each is carried out anew and in order, as the door itself ends things: recorded first, kept
items sealed anew under a new key, the old key destroyed. So a value that no longer has a ground does not come back, and
one that a law keeps stays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from shouze.errors import ConflictError
from shouze.gateway.changing import ending, settle_debts, unbind_what_ended, worked_out
from shouze.gateway.ports import Query
from shouze.gateway.room import Room
from shouze.journal.record import Record
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.rules.standing import Held, Standing


class Listed(NamedTuple):
    """A change that destroyed keys: whose, to which revision, with which standing after it."""

    subject: str
    revision: int
    standing: Standing


async def replay(room: Room, listed: Listed) -> bool:
    """Carry a listed change out anew; False where the restored subject has it already, or does not exist."""
    return await _step(room, listed.subject, listed.revision, lambda standing: narrowed(standing, listed.standing))


async def erase(room: Room, subject: str) -> bool:
    """Erase a subject that is known to have been erased; False where it is erased or does not exist."""
    now = room.clock.now()
    return await _step(room, subject, None, lambda standing: standing if standing.erased_at else standing.erased(now))


def narrowed(standing: Standing, later: Standing) -> Standing:
    """Return a standing that holds and permits no more than it did, and no more than ``later`` does.

    What ``later`` says of consents, agreements, services and freezes counts: it is the newer.
    """
    if later.erased_at is not None:
        return standing.erased(later.erased_at)
    held = {
        ground: kept
        for ground, items in standing.held.items()
        if (kept := {i: _sooner(each, later.held[ground][i]) for i, each in items.items() if _in(later, ground, i)})
    }
    return replace(later, held=held)


def _in(standing: Standing, ground: str, item: str) -> bool:
    return item in standing.held.get(ground, {})


def _sooner(own: Held, later: Held) -> Held:
    dues = [due for due in (own.due, later.due) if due is not None]
    return replace(own, due=min(dues) if dues else None)


async def _step(room: Room, subject: str, revision: int | None, step: Callable[[Standing], Standing]) -> bool:
    now: datetime = room.clock.now()
    for found in (await room.look_up(Query(subject, (), None))).found:
        after = step(found.standing)
        if after == found.standing or (revision is not None and found.revision >= revision):
            break
        gone = tuple(sorted(found.standing.items_held() - after.items_held()))
        words = Draft(
            Who("system"), Where(), What("erase", (), gone, 1), Verdict("restored"), {"subject": subject},
        )  # fmt: skip
        await room.journal.record(Record(words, room.record_key(subject)))
        if not await room.custody.change(await worked_out(ending(room, found, after))):
            raise ConflictError
        await settle_debts(room, subject)
        await unbind_what_ended(room, subject, after, now)
        return True
    await settle_debts(room, subject)
    return False
