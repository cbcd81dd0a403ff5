"""Evidence packs in the log: one record for each, which commits to the list of what is in it."""

from __future__ import annotations

from typing import NamedTuple

from shouze.gateway.room import Room
from shouze.journal.record import Receipt, Record
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.verifier.pack import FIELD

ARTICLE = "17(2)"


class Packed(NamedTuple):
    """For whom a pack was made and why, and the SHA-256 of its list of contents, in hex."""

    recipient: str
    reason: str
    contents: str


async def note_pack(room: Room, who: Who, packed: Packed) -> Receipt:
    """Make the record of a pack durable."""
    private: dict[str, Value] = {"recipient": packed.recipient, "reason": packed.reason, FIELD: packed.contents}
    verdict = Verdict("permitted", article=ARTICLE, policy=room.policy.digest or None)
    draft = Draft(who, Where(), What("pack", (), (), 0), verdict, private)
    return await room.journal.record(Record(draft, room.record_key(None)))
