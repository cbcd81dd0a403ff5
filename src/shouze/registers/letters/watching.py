"""Watches the clocks of complaints and requests: warns, passes up, says what is overdue; each once, in the history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from shouze.language import Text
from shouze.registers import acting
from shouze.registers.absences.covering import stands_in
from shouze.registers.describing import Act, Doing, Register
from shouze.registers.letters.models import Answered
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.roles import KEEPERS, Role, Roles
from shouze.registers.rows import Delivery

PAGE = 200
_SUBJECT = Text("守则：{number} 的答复期限", "Shouze: the deadline of {number}")
_LINES = {
    "warned": Text("{number} 应于 {due} 前答复，已用大半时间。", "Answer {number} by {due}: most time is used."),
    "escalated": Text("{number} 应于 {due} 前答复，至今未答复。", "{number}, due by {due}, is not answered yet."),
    "breached": Text("{number} 应于 {due} 前答复，已逾期。", "{number} had to be answered by {due}: it is overdue."),
}  # fmt: skip


def watched(act: str, title: Text, duty: str) -> Act[Any]:
    """Return the act that notes one stage of a clock."""

    def note(doing: Doing[Answered]) -> None:
        at = doing.entry.due if act == "breached" else doing.now
        setattr(doing.entry, f"{act}_at", at)
        if act == "breached":
            doing.entry.late = True

    return Act(name=act, title=title, by=frozenset(), follows=True, does=note, duty=duty)


def watch(register: Register[Any], now: datetime) -> int:
    """Note the stages that open rows have come to, a page of each; return how many."""
    moved = 0
    for act, moment, done in (("warned", "warn_at", "warned_at"), ("escalated", "escalate_at", "escalated_at"),
                              ("breached", "due", "breached_at")):  # fmt: skip
        due = register.rows().filter(state="open", **{f"{moment}__lt": now, done: None})
        for row in list(due.order_by("id")[:PAGE]):
            acting.follow(register, register.act(act), row.pk, None)
            _tell(row, act, now)
            moved += 1
    return moved


def look_at(row: Answered, _person: Person) -> None:
    """Say that an answer is overdue when somebody looks, if no round has said so yet."""
    if row.state == "open" and row.due is not None and row.due < GIVEN.now() and row.breached_at is None:
        acting.followed(row._meta.app_label, row, "breached")  # noqa: SLF001 - Django's own name
        row.refresh_from_db()


def _tell(row: Answered, act: str, now: datetime) -> None:
    """Mail who has it, and from the second stage on the privacy officers; a number and a day, nobody's information."""
    if not GIVEN.post.smtp_url:
        return
    people = {each.pk: each for each in _holders(row, now)}
    if act != "warned" or not people:
        people |= {each.pk: each for each in _with_roles(KEEPERS if act == "breached" else frozenset({Role.OFFICER}))}
    due = f"{row.due:%Y-%m-%d}" if row.due else ""
    Delivery.objects.bulk_create(
        Delivery(
            kind="mail", to=each.email, subject=_SUBJECT.fill(number=row.number).to(each.reads),
            body=_LINES[act].fill(number=row.number, due=due).to(each.reads),
        )
        for each in people.values()
        if each.email and each.reminders
    )  # fmt: skip


def _holders(row: Answered, now: datetime) -> Iterable[Person]:
    assigned = getattr(row, "assigned_id", None)
    return Person.objects.filter(pk=stands_in(assigned, now), is_active=True) if assigned else []


def _with_roles(roles: Roles) -> Iterable[Person]:
    return [each for each in Person.objects.filter(is_active=True) if each.roles & roles]
