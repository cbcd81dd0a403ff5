"""Looks at the handling records themselves: who may, and that each look is a record of its own (Art. 13(6))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shouze.gateway.asking import Visitor
from shouze.gateway.room import Room
from shouze.gateway.wording import who_and_where
from shouze.journal.record import Receipt, Record
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Draft, Verdict, What
from shouze.rules.decide import decide
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.standing import Standing
from shouze.rules.use import INSPECT, Use

InspectionPurpose = Literal["investigation", "supervision", "user-request", "order", "watch"]
"""What records are looked at for: an incident, self-inspection, a user's question, an authority's demand, patterns."""
InspectionAct = Literal["inspect-records", "tally-records", "prove-records"]


@dataclass(frozen=True, slots=True)
class Inspection:
    """One look: the act, what for, why in free words, what was sought, of whom; how many records were shown."""

    act: InspectionAct
    purpose: InspectionPurpose
    reason: str
    sought: dict[str, Value]
    service: str | None = None
    item: str | None = None
    subject: str | None = None
    rows: int = 0


def may_inspect(room: Room, visitor: Visitor, service: str | None) -> Refusal | None:
    """Return why the visitor may not look at the records of a service, or of all; None where they may.

    An account that administers may: it opens nothing, and records hold no value.
    """
    # A13-6-oplog: who looks at the records is entitled to it like to any other handling
    policy, now, actor = room.policy, room.clock.now(), visitor.actor
    if actor.kind == "service" and actor.id in policy.administrators:
        return None
    for each in [service] if service else sorted(policy.services):
        decision = decide(policy, Use(actor, each, "", INSPECT, place=visitor.place), Standing(), now)
        if isinstance(decision, Refusal):
            return decision
    return None if service or policy.services else Refusal("not-entitled")


async def note_inspection(room: Room, visitor: Visitor, looked: Inspection, refusal: Refusal | None = None) -> Receipt:
    """Make the look's own record durable; RefusedError after it where the look was refused.

    # Invariant: nothing found is shown before this returns.
    """
    who, where, own = who_and_where(visitor)
    service = looked.service if looked.service in room.policy.services else None
    items = (looked.item,) if looked.item and room.policy.traits(looked.item) else ()
    private: dict[str, Value] = {**looked.sought, **own, "reason": looked.reason}
    if looked.subject is not None:
        private["subject"] = looked.subject
    verdict = Verdict(
        "refused" if refusal else "permitted",
        refusal.code if refusal else None,
        refusal.article if refusal else None,
        room.policy.digest or None,
    )
    what = What(looked.act, (looked.purpose,), items, 0 if refusal else looked.rows, service)
    key = room.record_key(looked.subject)
    receipt = await room.journal.record(Record(Draft(who, where, what, verdict, private), key))
    if refusal:
        raise RefusedError(refusal)
    return receipt
