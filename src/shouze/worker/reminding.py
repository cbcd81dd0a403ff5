"""Reminds those who owe something: a week before it is due, a day before, and when it is overdue; once each.

A reminder names the entry by its number and what is owed; no content of any entry, and nobody's information.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.utils import timezone

from shouze.language import Language, Text
from shouze.registers.people.models import Person
from shouze.registers.rows import Clock, Delivery

STAGES: tuple[tuple[str, timedelta], ...] = (
    ("overdue", timedelta(0)),
    ("day", timedelta(days=1)),
    ("week", timedelta(days=7)),
)
"""Each stage by how long before the deadline it begins; the latest first."""
PAGE = 500
Due = tuple[Clock, str]
_SUBJECT = Text("守则：{n} 项将到期或已逾期", "Shouze: {n} due or overdue")
_LINES = {
    "overdue": Text("已逾期（{due}）：{what}，{number}", "overdue ({due}): {what}, {number}"),
    "day": Text("一日内到期（{due}）：{what}，{number}", "due within a day ({due}): {what}, {number}"),
    "week": Text("一周内到期（{due}）：{what}，{number}", "due within a week ({due}): {what}, {number}"),
}


def remind(now: datetime, *, mail: bool, webhook: bool) -> int:
    """Write down the reminders that are due now, for mail and webhook; return of how many clocks."""
    reminded = 0
    while due := _page(now):
        with transaction.atomic():
            if mail:
                Delivery.objects.bulk_create(_mails(due))
            if webhook:
                Delivery.objects.bulk_create(_hook(clock, stage, now) for clock, stage in due)
            for clock, stage in due:
                clock.reminded = stage
            Clock.objects.bulk_update([clock for clock, _ in due], ["reminded"])
        reminded += len(due)
    return reminded


def _page(now: datetime) -> list[Due]:
    """Return up to a page of clocks that have come to a stage they were not reminded of, all of one stage."""
    told: list[str] = []
    for name, before in STAGES:
        told.append(name)
        clocks = Clock.objects.filter(met=None, due__lte=now + before).exclude(reminded__in=told)
        if found := list(clocks.order_by("id")[:PAGE]):
            return [(clock, name) for clock in found]
    return []


def _mails(due: Sequence[Due]) -> Iterable[Delivery]:
    """Yield one mail for each person who owes some of these, in their language."""
    for person in Person.objects.filter(is_active=True, reminders=True).exclude(email="").iterator():
        if mine := [each for each in due if _owes(person, each[0])]:
            body = "\n".join(_line(clock, stage, person.reads) for clock, stage in mine)
            subject = _SUBJECT.fill(n=len(mine)).to(person.reads)
            yield Delivery(kind="mail", to=person.email, subject=subject, body=body)


def _owes(person: Person, clock: Clock) -> bool:
    if clock.person_id is not None:
        return clock.person_id == person.pk
    return any(f",{role}," in clock.roles for role in person.roles)


def _line(clock: Clock, stage: str, language: Language) -> str:
    what = clock.title_zh if language == "zh" else clock.title_en
    due = timezone.localtime(clock.due).strftime("%Y-%m-%d %H:%M") if clock.due else ""
    return _LINES[stage].fill(due=due, what=what, number=clock.number).to(language)


def _hook(clock: Clock, stage: str, now: datetime) -> Delivery:
    told = {
        "type": f"clock.{stage}", "timestamp": now,
        "data": {"register": clock.register, "number": clock.number, "kind": clock.kind, "due": clock.due,
                 "duty": clock.duty},
    }  # fmt: skip
    return Delivery(kind="webhook", body=msgspec.json.encode(told).decode())
