"""The records of bulk operations: who did what to which request, about how many subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shouze.gateway.asking import Request, Visitor
from shouze.gateway.bulk.request import Form, Leaf, Remarks
from shouze.gateway.room import Room
from shouze.gateway.wording import verdict_of, who_and_where, words_of
from shouze.journal.record import Record
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.rules.refusal import Refusal


@dataclass(frozen=True)
class Noted:
    """What one record says of a request; ``visitor`` None is the system itself.

    ``rows`` counts subjects; ``subjects`` are those that it is about, at most 1,000.
    """

    act: str
    outcome: str
    visitor: Visitor | None = None
    rows: int = 0
    refusal: Refusal | None = None
    subjects: Sequence[str] = ()
    remarks: Remarks | None = None


async def note(room: Room, request: str, form: Form, noted: Noted) -> Leaf:
    """Make one record durable and return where it stands; the request's id and remarks are committed to only."""
    asking = Request(
        service=form.service, purposes=(form.purpose,), items=form.items, action=form.action, recipient=form.provided_to
    )
    policy = room.policy
    what, asked = words_of(policy, asking, noted.act, form.items, noted.rows)
    who, where, own = who_and_where(noted.visitor) if noted.visitor else (Who("system"), Where(), dict[str, Value]())
    verdict = verdict_of(policy, asking, noted.outcome, noted.refusal)
    private: dict[str, Value] = {"request": request, **_written(noted.remarks), **asked, **own}
    record = Record(Draft(who, where, what, verdict, private), room.day_key(), room.concerned(noted.subjects))
    receipt = await room.journal.record(record)
    return Leaf(*receipt, noted.act, noted.outcome, noted.rows, policy.digest)


async def note_look(room: Room, visitor: Visitor, act: str, outcome: str, refusal: Refusal | None = None) -> None:
    """Record an act upon requests in general: that they were listed, that a fragment was traced."""
    who, where, own = who_and_where(visitor)
    verdict = Verdict(
        outcome, refusal.code if refusal else None, refusal.article if refusal else None, room.policy.digest or None
    )
    await room.journal.record(Record(Draft(who, where, What(act, (), (), 0), verdict, own), room.day_key()))


def _written(remarks: Remarks | None) -> dict[str, Value]:
    if remarks is None:
        return {}
    named = {"reason": remarks.reason, "ticket": remarks.ticket, "recipient": remarks.recipient}
    return {name: value for name, value in named.items() if value is not None}
