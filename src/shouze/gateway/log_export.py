"""Exports of the log for an inspector: recorded before anything is opened, and no field opened that was not named.

# Invariant: the record of the export is durable before the first opening is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from shouze.errors import InvalidError, SealedError, TamperedError
from shouze.gateway.room import Room
from shouze.journal.record import Receipt, Record
from shouze.journal.staging import FIELDS
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Draft, Leaf, Verdict, What, Where, Who, verify_disclosure
from shouze.vault.seal import open_opening

ARTICLE = "17(2)"
State = Literal["opened", "none", "ended", "changed"]
"""What became of a record's openings: there are none, their key has ended, or they are not the record's."""


@dataclass(frozen=True, slots=True)
class LogExport:
    """What an export is recorded as: for whom and why, what was asked, which private fields are opened, whose."""

    recipient: str
    reason: str
    asked: tuple[str, ...]
    fields: tuple[str, ...] = ()
    subject: str | None = None


class Opened(NamedTuple):
    """The texts of a record's disclosures that were asked for, and what became of its openings."""

    texts: tuple[str, ...]
    state: State


class Openings(Protocol):
    """Where openings lie; UnavailableError when it does not answer."""

    async def sealed(self, node: int, boot: str, nseq: int, field: int) -> list[tuple[bytes, str | None]]:
        """Return what is sealed for a part of a record, and the day whose key opens it."""
        ...


async def note_export(room: Room, who: Who, export: LogExport) -> Receipt:
    """Make the record of the export durable; it is found by the user whose records are exported, if it is one's."""
    private: dict[str, Value] = {
        "recipient": export.recipient,
        "reason": export.reason,
        "asked": list(export.asked),
        "openings": list(export.fields),
    }
    if export.subject is not None:
        private["subject"] = export.subject
    verdict = Verdict("permitted", article=ARTICLE, policy=room.policy.digest or None)
    draft = Draft(who, Where(), What("export-log", (), (), 0), verdict, private)
    return await room.journal.record(Record(draft, room.record_key(export.subject)))


async def open_fields(room: Room, openings: Openings, leaf: Leaf, hashed: bytes, fields: Sequence[str]) -> Opened:
    """Return the disclosures of the named private fields of a record, each compared with its leaf.

    Rolls of the subjects of bulk operations stay closed, and openings of version 0.1.0, which bear no day.
    """
    texts: list[str] = []
    state: State = "none"
    for sealed, day in await openings.sealed(leaf.node, leaf.boot, leaf.nseq, FIELDS):
        if day is None:
            continue
        try:
            lines = open_opening({0: room.ring.derive_daily(day)}, sealed, hashed, FIELDS).decode().split("\n")
            proven = [(verify_disclosure(leaf, text)[0], text) for text in lines]
        except SealedError:
            return Opened((), "ended")
        except (TamperedError, InvalidError, UnicodeDecodeError):
            return Opened((), "changed")
        texts += [text for name, text in proven if name in fields]
        state = "opened"
    return Opened(tuple(texts), state)
