"""Puts courses before those who take them, and ends what is over; harmless to repeat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from shouze.registers import acting
from shouze.registers.courses.models import Course
from shouze.registers.describing import Doing
from shouze.registers.finding import registers
from shouze.registers.people.choosing import chosen
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.trainings.models import Training

AT_ONCE = 200
"""Rows made with a publication; the others are made by the worker, a round at a time."""
EACH_ROUND = 1000


def assign(course: Course, most: int) -> int:
    """Put a course before those who have not got it yet; return before how many."""
    asked, known = chosen(course.posts, course.agents), Training.objects.filter(course=course.name)
    due, register, made = GIVEN.now() + timedelta(days=course.days), registers()["trainings"], 0
    for again in known.filter(state="ended", person__in=asked).select_related("person")[:most]:
        valid = again.valid_until is not None and again.valid_until > GIVEN.now()
        again.state, again.due = ("passed", again.due) if valid else ("assigned", due)
        acting.moved_on(register, again)
        made += 1
    for person in asked.exclude(pk__in=known.values("person")).order_by("pk")[: most - made]:
        fresh = Training(course=course.name, person=person, due=due, guards=course.guards)
        fresh.call(course.called)
        acting.enrol(register, fresh, None)
        made += 1
    return made


def keep(now: datetime) -> None:
    """Put courses before who came to them since, note certificates that are over, end what nobody asks for."""
    register, left_over = registers()["trainings"], EACH_ROUND
    for course in Course.objects.filter(state="published").order_by("pk"):
        left_over -= assign(course, left_over)
        asked = chosen(course.posts, course.agents).values("pk")
        open_ones = Training.objects.filter(course=course.name, state__in=("assigned", "failed"), by_hand=False)
        _end(open_ones.exclude(person__in=asked))
    over = Training.objects.filter(state="passed", valid_until__lte=now).select_related("person")
    for row in over[:EACH_ROUND]:
        row.state, row.used = "expired", 0
        acting.moved_on(register, row)


def published(doing: Doing[Course], _before: Mapping[str, Any]) -> None:
    """Put a course before its people with its publication, and tell the door of its certificates, or no longer."""
    course, register = doing.entry, registers()["trainings"]
    for row in Training.objects.filter(course=course.name).exclude(guards=course.guards).select_related("person"):
        row.guards = course.guards
        acting.moved_on(register, row)
    assign(course, AT_ONCE)


def ended(doing: Doing[Course], _before: Mapping[str, Any]) -> None:
    """End what is asked of people when a course is withdrawn; certificates go on to their ends."""
    _end(Training.objects.filter(course=doing.entry.name, state__in=("assigned", "failed", "expired")))


def left(doing: Doing[Person], _before: Mapping[str, Any]) -> None:
    """End the trainings of whoever leaves, and their certificates at the door."""
    _end(Training.objects.filter(person=doing.entry).exclude(state__in=("ended", "waived")))


def _end(rows: QuerySet[Training]) -> None:
    for row in rows.select_related("person")[:EACH_ROUND]:
        row.state = "ended"
        acting.moved_on(registers()["trainings"], row)
