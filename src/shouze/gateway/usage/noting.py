"""The handling records of what is done to records of use."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shouze.gateway.asking import Request, Visitor
from shouze.gateway.room import Room
from shouze.gateway.wording import verdict_of, who_and_where, words_of
from shouze.journal.record import Receipt, Record, RecordKey
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Draft
from shouze.ledger.roll import MOST
from shouze.rules.policy import Policy
from shouze.rules.refusal import Refusal


class Noted(NamedTuple):
    """Who asks for what, under which policy."""

    visitor: Visitor
    request: Request
    policy: Policy


async def note(
    room: Room,
    noted: Noted,
    outcome: str,
    items: tuple[str, ...],
    rows: int,
    *,
    refusal: Refusal | None = None,
    private: Mapping[str, Value] | None = None,
    key: RecordKey | None = None,
    concerned: Sequence[str] = (),
) -> Receipt:
    """Make one record durable: of one subject with its ``key``, or of up to 1,000 who are ``concerned``."""
    visitor, request, policy = noted
    what, asked = words_of(policy, request, request.action, items, rows)
    who, where, own = who_and_where(visitor)
    verdict = verdict_of(policy, request, outcome, refusal)
    draft = Draft(who, where, what, verdict, {**(private or {}), **asked, **own})
    return await room.journal.record(Record(draft, key or room.day_key(), room.concerned(concerned)))


async def note_all(
    room: Room,
    noted: Noted,
    outcome: str,
    items: tuple[str, ...],
    rows: Mapping[str, int],
    refusal: Refusal | None = None,
) -> list[Receipt]:
    """Record a batch, one leaf for up to 1,000 subjects; ``rows`` counts the records of each."""
    subjects = list(rows)
    leaves = [subjects[start : start + MOST] for start in range(0, len(subjects), MOST)]
    return await asyncio.gather(
        *(
            note(room, noted, outcome, items, sum(rows[each] for each in leaf), refusal=refusal, concerned=leaf)
            for leaf in leaves
        )
    )
