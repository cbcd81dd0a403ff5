"""Does an act upon a row: checks who may, writes row, event, documents, clocks and effects in one transaction.

# Invariant: whoever has a tie to a party, or was withdrawn from its case, changes nothing of it (``withdrawing``).
# Invariant: a row never changes without its event, and what the door owes it is written down in the same transaction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from django.db import transaction

from shouze.errors import ConflictError, ConflictOfInterestError, InvalidError, NotYoursError
from shouze.language import Text
from shouze.registers.describing import Act, Attached, Doing, Register
from shouze.registers.entitling import refusal_of
from shouze.registers.finding import registers
from shouze.registers.noting import NOTHING, Asked, Step, changes_of, event_of, note, shown
from shouze.registers.numbering import next_numbers
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Effect, Kept
from shouze.registers.settling import settle
from shouze.registers.withdrawing import Barred, barred

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
LARGEST_DOCUMENT = 20 * 1024 * 1024


def make(register: Register[K], person: Person, asked: Asked) -> K:
    """Make a row by the register's creating act."""
    with transaction.atomic():
        return _done(Step(register, register.creating, _fresh(register), person, asked, GIVEN.now()))


def begin(register: Register[K], asked: Asked, person: Person | None = None) -> K:
    """Make a row by the register's creating act where nobody is asked for a role: for a user, or what a machine got."""
    with transaction.atomic():
        fresh = _fresh(register)
        return _carried_out(Step(register, register.creating, fresh, person or Person(), asked, GIVEN.now()))


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
            step = Step(register, act or register.creating, entry, doer, NOTHING, entry.created_at)
            note(step, changes_of({}, shown(register, entry)))
        settle(register, entry, GIVEN.now())
    return entry


def entered(name: str, entry: K, act: str, asked: Asked | None = None, by: Person | None = None) -> K:
    """Register a row that came by itself, such as what a dispatch brought: by the person, or by the house's machine."""
    register: Register[K] = registers()[name]
    with transaction.atomic():
        entry.number = _next_number(register)
        return _carried_out(Step(register, register.act(act), entry, by or Person(), asked or NOTHING, GIVEN.now()))


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
        return _done(Step(register, act, entry, person, asked, GIVEN.now()))


def decided(register: Register[K], act: Act[K], entry_id: int, person: Person, asked: Asked) -> K:
    """Do an act that follows from another one; who was entitled to that one is not asked for a role here."""
    with transaction.atomic():
        entry = register.rows().select_for_update().get(pk=entry_id)
        return _done(Step(register, act, entry, person, asked, GIVEN.now()), follows=True)


def _answered(register: Register[K], act: Act[K], entry_id: int, person: Person, asked: Asked) -> Asked:
    """Return what is asked with what the door answered to it; no transaction waits for the door."""
    entry = register.rows().get(pk=entry_id)
    if (why := _refusal(Step(register, act, entry, person, asked, GIVEN.now()))) is not None:
        raise _refused(why)
    answer = act.asks(entry, person, asked.values) if act.asks else {}
    return replace(asked, values={**asked.values, **answer})


def _done(step: Step[K], *, follows: bool = False) -> K:
    if not follows and (why := _refusal(step)) is not None:
        raise _refused(why)
    _check(step.act, step.asked)
    return _carried_out(step)


def _refusal(step: Step[K]) -> Text | None:
    # A13-3-bulk: a second person is a person; no program is one, whoever's it may be
    if step.asked.program and step.act.apart_from:
        return Text("程序不能做第二人，须由人办理", "A program is never the second person: a person has to do this")
    return refusal_of(step.register, step.act, step.entry, step.person, step.now)


def _refused(why: Text) -> NotYoursError:
    return ConflictOfInterestError(why) if isinstance(why, Barred) else NotYoursError(why)


def _carried_out(step: Step[K]) -> K:
    register, act, entry, person, asked, now = step.register, step.act, step.entry, step.person, step.asked, step.now
    before = shown(register, entry) if entry.pk else {}
    _take(step)
    if act.does:
        act.does(Doing(entry, person, asked.values, now, asked.documents, asked.reason))
    # Of what the act has made of the row: whose matter a new one is, is known only now.
    if (why := barred(register, entry, person, now)) is not None:
        raise _refused(why)
    if act.to and entry.state == (before.get("state") or entry.state):
        entry.state = act.to
    _keep(entry, now)
    note(step, changes_of(before, shown(register, entry)))
    for call in act.calls(Doing(entry, person, asked.values, now)) if act.calls else ():
        content = {"verb": call.verb, "fields": call.fields, "about": call.about, "person": person.asserted()}
        Effect.objects.create(kind="call", register=register.name, entry=entry.pk, content=msgspec.json.encode(content))
    settle(register, entry, now)
    for other in registers().values():
        if heed := other.heeds.get((register.name, act.name)):
            heed(Doing(entry, person, asked.values, now, asked.documents), before)
    return entry


def _keep(entry: Kept, now: datetime) -> None:
    entry.changed_at = now
    if not entry.pk:
        entry.created_at = now
    else:
        entry.version += 1
    entry.save()


def moved_on(register: Register[K], entry: K) -> None:
    """Keep a row whose state has moved on by itself, at the door or with time: an event of nobody's.

    The log has no record of it from here: what happened at the door is recorded there already.
    """
    with transaction.atomic():
        before = register.rows().select_for_update().get(pk=entry.pk)
        entry.version, entry.changed_at = before.version + 1, GIVEN.now()
        entry.save()
        changes = changes_of(shown(register, before), shown(register, entry))
        event_of(register, entry, entry.state, changes)
        settle(register, entry, entry.changed_at)


def follow(register: Register[K], act: Act[K], entry_id: int, person: Person | None, asked: Asked | None = None) -> K:
    """Do what follows from another act of this person, or (None) from what a machine found; nobody is asked."""
    with transaction.atomic():
        entry = register.rows().select_for_update().get(pk=entry_id)
        return _carried_out(Step(register, act, entry, person or Person(), asked or NOTHING, GIVEN.now()))


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


def _take(step: Step[Any]) -> None:
    columns, values = step.register.model_fields(), step.asked.values
    for each in step.act.fields:
        if each.name in values and each.name in columns:
            setattr(step.entry, each.name, values[each.name])


def _fresh(register: Register[K]) -> K:
    return register.model(number=_next_number(register), state=register.creating.to or next(iter(register.states)))


def _next_number(register: Register[Any]) -> str:
    [number] = next_numbers(register, 1)
    return number
