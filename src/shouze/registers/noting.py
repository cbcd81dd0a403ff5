"""Notes what was done to a row: its history, the documents attached, and the evidence that the log commits to.

# Invariant: personal content stands in no history; a digest tells that it changed, and is not kept.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Generic, TypeVar

import msgspec

from shouze.registers.describing import Act, Attached, Register
from shouze.registers.people.models import Person
from shouze.registers.rows import Document, Effect, Event, Kept

K = TypeVar("K", bound=Kept)
SALT_BYTES = 32
_HIDDEN = "…"
_ABSENT = object()


@dataclass(frozen=True)
class Asked:
    """What a person asks with an act: the form's values, a reason, documents, and the version of the row they saw.

    ``program`` is the number of the program that asks in their name; ``unnamed``: the log shall not name them for it.
    """

    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    reason: str = ""
    documents: Sequence[Attached] = ()
    version: int | None = None
    program: str = ""
    unnamed: bool = False


NOTHING = Asked()
"""What nobody asked with."""


@dataclass(frozen=True)
class Step(Generic[K]):
    """One act upon one row: who does it (an unsaved person: a machine), what they ask with it, and when."""

    register: Register[K]
    act: Act[K]
    entry: K
    person: Person
    asked: Asked
    now: datetime


def shown(register: Register[K], entry: K) -> dict[str, Any]:
    """Return what history says of a row: every field, personal ones by a digest that only tells a change."""
    shown: dict[str, Any] = {"state": entry.state, "title": entry.title}
    for each in register.fields:
        value = _plain(getattr(entry, each.name, None))
        shown[each.name] = sha256(msgspec.json.encode(value)).digest() if each.personal else value
    return shown


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Kept | Person):
        return str(value)
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what changed between two tellings of a row, each field before and after; of personal ones only that."""
    changed = [name for name, value in after.items() if before.get(name, _ABSENT) != value]
    told = [name for name in changed if before or after[name] not in (None, "", [])]
    return {name: [_told(before.get(name)), _told(after[name])] for name in told}


def _told(value: Any) -> Any:
    return _HIDDEN if isinstance(value, bytes) else value


def note(step: Step[K], changes: dict[str, Any]) -> None:
    """Write an act into the row's history, with its documents, and what the log is to have of it."""
    register, act, entry, person = step.register, step.act, step.entry, step.person
    event = event_of(register, entry, act.name, changes, person, step.asked, act.duty or "")
    if not act.seals:
        _attach(event, step.asked.documents)
    noted = {
        "act": {"register": register.name, "act": act.name, "entry": entry.number, "evidence": event.evidence}
        | ({"duty": act.duty} if act.duty else {})
        | ({"dispatch": dispatch} if (dispatch := register.rests_on(entry)) else {}),
        "person": person.asserted() if person.pk and not step.asked.unnamed else None,
    }
    Effect.objects.create(
        kind="act", register=register.name, entry=entry.pk, event=event, content=msgspec.json.encode(noted)
    )


def event_of(
    register: Register[K], entry: K, act: str, changes: dict[str, Any], person: Person | None = None,
    asked: Asked = NOTHING, duty: str = "",
) -> Event:  # fmt: skip
    """Write an event into the row's history; what is written it commits to by ``evidence``, salted."""
    salt, digests = os.urandom(SALT_BYTES), [sha256(each.content).hexdigest() for each in asked.documents]
    through = [asked.program] if asked.program else []
    said = [register.name, entry.number, act, asked.reason, changes, digests, *through]
    written = msgspec.json.encode(said, order="sorted")
    evidence = base64.urlsafe_b64encode(sha256(salt + written).digest()).decode().rstrip("=")
    return Event.objects.create(
        register=register.name, entry=entry.pk, act=act, at=entry.changed_at,
        by=person if person is not None and person.pk else None, reason=asked.reason, changes=changes, duty=duty,
        salt=salt, evidence=evidence, program=asked.program,
    )  # fmt: skip


def _attach(event: Event, documents: Sequence[Attached]) -> None:
    Document.objects.bulk_create(
        Document(event=event, name=each.name[:200], media=each.media[:100], size=len(each.content),
                 sha256=sha256(each.content).hexdigest(), content=each.content)
        for each in documents
    )  # fmt: skip
