"""Acts upon the operator's registers, noted in the log: who did what to which entry, and a commitment to the evidence.

# Invariant: neither the entry's content nor its number stands in clear in the log; the leaf commits to both. A dispatch
is named by its digest, which tells nothing of what it says: a signed dispatch holds a random id.
"""

from __future__ import annotations

from dataclasses import dataclass

from shouze.gateway.asking import Visitor
from shouze.gateway.room import Room
from shouze.gateway.wording import who_and_where
from shouze.journal.record import Receipt, Record
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Draft, Verdict, What

DISPATCH = "dispatch:"


@dataclass(frozen=True, slots=True)
class RegisterAct:
    """One act: register and act by their words, the entry's number, the digest that commits to what was written.

    ``evidence`` is a salted SHA-256 in base64url; the salt stays in the register. ``duty`` is the duty it serves.
    """

    register: str
    act: str
    entry: str
    evidence: str
    duty: str | None = None
    dispatch: str | None = None
    """The SHA-256 (hex) of the dispatch it rests on; the leaf names it in clear, so that both ends can prove it."""


async def note_act(room: Room, visitor: Visitor, noted: RegisterAct) -> Receipt:
    """Make the act's record durable and return where it stands; UnavailableError where it cannot be written."""
    # A13-6-oplog: what people do in the registers has its who, when, where and what as well
    who, where, own = who_and_where(visitor)
    private: dict[str, Value] = {"entry": noted.entry, "evidence": noted.evidence, **own}
    named = f"{DISPATCH}{noted.dispatch}" if noted.dispatch else None
    what = What(f"{noted.register}-{noted.act}", (), (), 0, recipient=named)
    draft = Draft(who, where, what, Verdict("noted", article=noted.duty, policy=room.policy.digest or None), private)
    return await room.journal.record(Record(draft, room.day_key()))
