"""Does an act upon a row: checks who may, writes row, event, documents, clocks and effects in one transaction.

# Invariant: whoever has a tie to a party, or was withdrawn from its case, changes nothing of it (``withdrawing``).
# Invariant: a row never changes without its event, and what the door owes it is written down in the same transaction.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

import msgspec
from django.db import transaction

from shouze.errors import ConflictError, ConflictOfInterestError, InvalidError, NotYoursError
from shouze.language import Text
from shouze.registers.clocking import clock_of
from shouze.registers.describing import Act, Attached, Doing, Register
from shouze.registers.entitling import refusal_of
from shouze.registers.finding import registers
from shouze.registers.numbering import next_numbers
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock, Document, Effect, Event, Kept
from shouze.registers.withdrawing import Barred, barred
from shouze.rules.entries import KINDS

__all__ = [
    "Asked",
    "Attached",
    "begin",
    "decided",
    "do",
    "enrol",
    "entered",
    "follow",
    "followed",
    "make",
    "moved_on",
    "settle",
]

K = TypeVar("K", bound=Kept)
SALT_BYTES = 32
LARGEST_DOCUMENT = 20 * 1024 * 1024
_HIDDEN = "…"
_NOTHING = object()


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


def make(register: Register[K], person: Person, asked: Asked) -> K:
    """Make a row by the register's creating act."""
    with transaction.atomic():
        entry = register.model(number=_next_number(register), state=register.creating.to or next(iter(register.states)))
        return _done(register, register.creating, entry, person, asked)


def begin(register: Register[K], asked: Asked, person: Person | None = None) -> K:
    """Make a row by the register's creating act where nobody is asked for a role: for a user, or what a machine got."""
    with transaction.atomic():
        entry = register.model(number=_next_number(register), state=register.creating.to or next(iter(register.states)))
        return _carried_out(register, register.creating, entry, person or Person(), asked, GIVEN.now())


def enrol(register: Register[K], entry: K, by: Person | None, state: str | None = None, act: Act[K] | None = None) -> K:
    """Enter a row that no act makes: the first person, or what is taken over; ``by`` None is the row's own person.

    A state that the row has already stays; ``act`` is what history calls it, where not the creating act.
    """
    with transaction.atomic():
        entry.number = _next_number(register)
        entry.state = state or entry.state or register.creating.to or next(iter(register.states))
        entry.created_at = entry.changed_at = GIVEN.now()
        entry.save()
        doer = by if by is not None else entry
        if isinstance(doer, Person):
            _note(register, act or register.creating, entry, doer, Asked(), _changes({}, _shown(register, entry)))
        settle(register, entry, GIVEN.now())
    return entry


def entered(name: str, entry: K, act: str, asked: Asked | None = None, by: Person | None = None) -> K:
    """Register a row that came by itself, such as what a dispatch brought: by the person, or by the house's machine."""
    register: Register[K] = registers()[name]
    with transaction.atomic():
        entry.number = _next_number(register)
        return _carried_out(register, register.act(act), entry, by or Person(), asked or Asked(), GIVEN.now())


def followed(name: str, entry: K, act: str, asked: Asked | None = None, by: Person | None = None) -> K:
    """Do upon a row what follows from something that came by itself, or from what a person opened (``by``)."""
    register: Register[K] = registers()[name]
    return follow(register, register.act(act), entry.pk, by, asked)


def do(register: Register[K], act: Act[K], entry_id: int, person: Person, asked: Asked) -> K:
    """Do an act upon a row.

    NotYoursError where the person may not; ConflictError where the row changed meanwhile; InvalidError names a field.
    """
    if act.asks is not None:
        asked = _answered(register, act, entry_id, person, asked)
    with transaction.atomic():
        entry = register.rows().select_for_update().get(pk=entry_id)
        if asked.version is not None and asked.version != entry.version:
            raise ConflictError(
                Text("其他人刚刚改动了这一条", "Somebody changed this entry meanwhile"), field="version"
            )
        return _done(register, act, entry, person, asked)


def decided(register: Register[K], act: Act[K], entry_id: int, person: Person, asked: Asked) -> K:
    """Do an act that follows from another one; who was entitled to that one is not asked for a role here."""
    with transaction.atomic():
        entry = register.rows().select_for_update().get(pk=entry_id)
        return _done(register, act, entry, person, asked, follows=True)


def _answered(register: Register[K], act: Act[K], entry_id: int, person: Person, asked: Asked) -> Asked:
    """Return what is asked with what the door answered to it; no transaction waits for the door."""
    entry = register.rows().get(pk=entry_id)
    if (why := _refusal(register, act, entry, person, asked, GIVEN.now())) is not None:
        raise _refused(why)
    answer = act.asks(entry, person, asked.values) if act.asks else {}
    return replace(asked, values={**asked.values, **answer})


def _done(register: Register[K], act: Act[K], entry: K, person: Person, asked: Asked, *, follows: bool = False) -> K:
    now = GIVEN.now()
    if not follows and (why := _refusal(register, act, entry, person, asked, now)) is not None:
        raise _refused(why)
    _check(act, asked)
    return _carried_out(register, act, entry, person, asked, now)


def _refusal(
    register: Register[K], act: Act[K], entry: K, person: Person, asked: Asked, now: datetime
) -> Text | None:  # fmt: skip
    # A13-3-bulk: a second person is a person; no program is one, whoever's it may be
    if asked.program and act.apart_from:
        return Text("程序不能做第二人，须由人办理", "A program is never the second person: a person has to do this")
    return refusal_of(register, act, entry, person, now)


def _refused(why: Text) -> NotYoursError:
    return ConflictOfInterestError(why) if isinstance(why, Barred) else NotYoursError(why)


def _carried_out(register: Register[K], act: Act[K], entry: K, person: Person, asked: Asked, now: datetime) -> K:
    before = _shown(register, entry) if entry.pk else {}
    _take(register, act, entry, asked.values)
    if act.does:
        act.does(Doing(entry, person, asked.values, now, asked.documents, asked.reason))
    # Of what the act has made of the row: whose matter a new one is, is known only now.
    if (why := barred(register, entry, person, now)) is not None:
        raise _refused(why)
    if act.to and entry.state == (before.get("state") or entry.state):
        entry.state = act.to
    entry.changed_at = now
    if not entry.pk:
        entry.created_at = now
    else:
        entry.version += 1
    entry.save()
    _note(register, act, entry, person, asked, _changes(before, _shown(register, entry)))
    for call in act.calls(Doing(entry, person, asked.values, now)) if act.calls else ():
        content = {"verb": call.verb, "fields": call.fields, "about": call.about, "person": person.asserted()}
        Effect.objects.create(kind="call", register=register.name, entry=entry.pk, content=msgspec.json.encode(content))
    settle(register, entry, now)
    for other in registers().values():
        if heed := other.heeds.get((register.name, act.name)):
            heed(Doing(entry, person, asked.values, now, asked.documents), before)
    return entry


def moved_on(register: Register[K], entry: K) -> None:
    """Keep a row whose state has moved on by itself, at the door or with time: an event of nobody's.

    The log has no record of it from here: what happened at the door is recorded there already.
    """
    with transaction.atomic():
        before = register.rows().select_for_update().get(pk=entry.pk)
        entry.version, entry.changed_at = before.version + 1, GIVEN.now()
        entry.save()
        changes = _changes(_shown(register, before), _shown(register, entry))
        _event(register, entry, entry.state, None, Asked(), changes, "")
        settle(register, entry, entry.changed_at)


def follow(register: Register[K], act: Act[K], entry_id: int, person: Person | None, asked: Asked | None = None) -> K:
    """Do what follows from another act of this person, or (None) from what a machine found; nobody is asked."""
    with transaction.atomic():
        entry = register.rows().select_for_update().get(pk=entry_id)
        return _carried_out(register, act, entry, person or Person(), asked or Asked(), GIVEN.now())


def settle(register: Register[K], entry: K, now: datetime) -> None:
    """Bring the row's clocks, what the door holds of it, and rows that look at it, in step with the row."""
    _settle(register, entry, now)
    for name, other_id in register.concerns(entry):
        other = registers()[name]
        _settle(other, other.rows().get(pk=other_id), now)


def _settle(register: Register[K], entry: K, now: datetime) -> None:
    _keep_clocks(register, entry, now)
    _owe_entries(register, entry)
    if (document := register.declares(entry)) is not None:
        _owe(register, entry, "declaration", document)


def _check(act: Act[Any], asked: Asked) -> None:
    if act.reason == "must" and not asked.reason.strip():
        raise InvalidError(Text("没有写理由", "No reason is given"), field="reason")
    if act.proof == "must" and not asked.documents:
        remedy = Text("附上文件、照片或扫描件", "Attach a file, photograph or scan")
        raise InvalidError(Text("缺少证明材料", "The proof is missing"), field="documents", remedy=remedy)
    for document in asked.documents:
        if len(document.content) > LARGEST_DOCUMENT:
            remedy = Text("压缩或拆分后再上传", "Compress or split it")
            raise InvalidError(
                Text("文件超过 20 MiB", "The file is larger than 20 MiB"), field="documents", remedy=remedy
            )


def _take(register: Register[K], act: Act[K], entry: K, values: Mapping[str, Any]) -> None:
    columns = register.model_fields()
    for asked in act.fields:
        if asked.name in values and asked.name in columns:
            setattr(entry, asked.name, values[asked.name])


def _shown(register: Register[K], entry: K) -> dict[str, Any]:
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


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    changed = [name for name, value in after.items() if before.get(name, _NOTHING) != value]
    told = [name for name in changed if before or after[name] not in (None, "", [])]
    return {name: [_told(before.get(name)), _told(after[name])] for name in told}


def _told(value: Any) -> Any:
    return _HIDDEN if isinstance(value, bytes) else value


def _note(register: Register[K], act: Act[K], entry: K, person: Person, asked: Asked, changes: dict[str, Any]) -> None:
    event = _event(register, entry, act.name, person, asked, changes, act.duty or "")
    if not act.seals:
        _attach(event, asked.documents)
    noted = {
        "act": {"register": register.name, "act": act.name, "entry": entry.number, "evidence": event.evidence}
        | ({"duty": act.duty} if act.duty else {})
        | ({"dispatch": dispatch} if (dispatch := register.rests_on(entry)) else {}),
        "person": person.asserted() if person.pk and not asked.unnamed else None,
    }
    Effect.objects.create(
        kind="act", register=register.name, entry=entry.pk, event=event, content=msgspec.json.encode(noted)
    )


def _event(
    register: Register[K], entry: K, act: str, person: Person | None, asked: Asked, changes: dict[str, Any], duty: str
) -> Event:
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


def _keep_clocks(register: Register[K], entry: K, now: datetime) -> None:
    there = {each.kind: each for each in Clock.objects.filter(register=register.name, entry=entry.pk)}
    for running in register.clocks(entry, now):
        clock_of(register, entry, running, now, there.pop(running.kind, None)).save()
    Clock.objects.filter(pk__in=[each.pk for each in there.values()]).delete()


def _owe_entries(register: Register[K], entry: K) -> None:
    """Write down the policy entries that the row stands for now, unless they are what was sent last."""
    wanted = register.entries(entry)
    if not wanted:
        return
    written: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    removed = [name for name, found in wanted.items() if found is None]
    for name, found in wanted.items():
        if found is not None:
            written[name.partition("/")[0]].append(found)
    document = msgspec.json.encode({"format": "shouze-policy/1", **written, "remove": removed})
    if any(wanted.values()) or _sent(register, entry, "entries") is not None:
        _owe(register, entry, "entries", document)


def _owe(register: Register[K], entry: K, kind: str, document: bytes) -> None:
    """Write down what the door is to hear of a row, unless it is what was sent last."""
    if _sent(register, entry, kind) != document:
        Effect.objects.create(kind=kind, register=register.name, entry=entry.pk, content=document)


def _sent(register: Register[K], entry: K, kind: str) -> bytes | None:
    of_row = Effect.objects.filter(register=register.name, entry=entry.pk, kind=kind).order_by("-id")
    last = of_row.values_list("content", flat=True).first()
    return None if last is None else bytes(last)


def _next_number(register: Register[Any]) -> str:
    [number] = next_numbers(register, 1)
    return number
