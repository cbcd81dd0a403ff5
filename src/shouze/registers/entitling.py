"""Tells who may do which act upon a row, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet

from shouze.language import Text
from shouze.registers.describing import Act, Page, Register
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.roles import EVERYBODY
from shouze.registers.rows import Event, Kept
from shouze.registers.withdrawing import barred

K = TypeVar("K", bound=Kept)


def may_see(register: Register[Any], person: Person) -> bool:
    """Tell whether a person may read a register."""
    return person.is_active and (register.narrows is not None or bool(register.seen_by & person.roles))


def seen_rows(register: Register[K], person: Person) -> QuerySet[K]:
    """Return the rows of a register that a person may read; which register they may read is asked before."""
    rows: QuerySet[K] = register.rows()
    hidden = register.hides(person) if register.hides else None
    rows = rows if hidden is None else rows.exclude(hidden)
    own = register.narrows(person) if register.narrows else None
    return rows if own is None else rows.filter(own)


def sees_all(register: Register[Any], person: Person) -> bool:
    """Tell whether a person reads every row of a register."""
    return may_see(register, person) and (register.narrows is None or register.narrows(person) is None)


def refusal_of(register: Register[K], act: Act[K], entry: K, person: Person, now: datetime) -> Text | None:
    """Return why the person may not do this act upon this row now; None where they may."""
    return unfit(register, act, entry, person, now) or (barred(register, entry, person, now) if entry.pk else None)


def unfit(register: Register[K], act: Act[K], entry: K, person: Person, now: datetime) -> Text | None:
    """Return why the act is not this person's to do, apart from ties; None where it is."""
    # A13-3-permissions: each act has its roles; A13-3-bulk: a second person where the law wants one
    if act.follows:
        return Text("此项随其他办理自动发生", "It follows from another act by itself")
    # What is put before one person in particular is theirs to do, whatever their role in the desk.
    due = act.whose is not None and act.by == EVERYBODY
    if not person.is_active or not (due or act.by & person.roles):
        return Text("您的角色不能办理此项", "Your role may not do this")
    if act.source and entry.pk and entry.state not in act.source:
        return Text("当前状态下不能办理此项", "It is not possible in this state")
    if act.possible and not act.possible(entry, now):
        return Text("现在不能办理此项", "It is not possible now")
    if act.whose and entry.pk and not act.whose(entry, person):
        return Text("须由指定的经办人办理", "This is somebody else's to do")
    if entry.pk and person.pk in _doers(register, act, entry).values() and not (act.alone and is_alone(act, person)):
        return Text("须由另一人办理", "Another person has to do this")
    return None


def _doers(register: Register[K], act: Act[K], entry: K) -> Mapping[str, int]:
    if not act.apart_from:
        return {}
    events = Event.objects.filter(register=register.name, entry=entry.pk, act__in=act.apart_from).order_by("id")
    return dict(events.exclude(by=None).values_list("act", "by"))


def is_alone(act: Act[Any], person: Person) -> bool:
    """Tell whether nobody else could do it: the two-person rule gives way in a firm of one where the law lets it."""
    others = Person.objects.filter(is_active=True).exclude(pk=person.pk).values_list("roles_held", flat=True)
    return not any(act.by & set(held) for held in others.iterator())


def open_acts(register: Register[K], entry: K, person: Person) -> list[Act[K]]:
    """Return the acts that the person may do upon the row now."""
    now = GIVEN.now()
    open_to = [act for act in register.acts if unfit(register, act, entry, person, now) is None]
    return [] if open_to and barred(register, entry, person, now) else open_to


def open_pages(register: Register[K], person: Person, entry: K | None = None) -> list[Page[K]]:
    """Return the register's own pages, of a row or (without one) of the list, that the person may open."""
    offered = [each for each in register.pages if each.of_row == (entry is not None) and each.by & person.roles]
    return [each for each in offered if entry is None or each.shown is None or each.shown(entry, person)]
