"""A course taught, and people who take it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from shouze.registers.courses import content
from shouze.registers.courses.models import Course
from shouze.registers.people.models import Person
from shouze.registers.trainings.models import Training
from tests.registers.house import approver, do, make, officer

TEXT = "# 一\n\n正文\n\n? 甲？\n- [x] 对\n- [ ] 错\n\n? 乙？\n- [x] 对\n- [x] 也对\n- [ ] 错\n"
RIGHT = {0: frozenset({0}), 1: frozenset({0, 1})}
WRONG = {0: frozenset({1}), 1: frozenset({0})}


def drafted(**changed: Any) -> Course:
    values = {
        "name": "order-24", "title": "要点", "title_en": "Basics", "topics": ["knowledge"], "posts": [], "agents": [],
        "days": 30, "pass_percent": 80, "attempts": 2, "valid_months": 12, "guards": False, "text": TEXT,
        "text_en": "",
    }  # fmt: skip
    made: Course = make("courses", officer(), values | changed)
    return made


def taught(**changed: Any) -> Course:
    approver()
    row: Course = do(drafted(**changed), "publish", approver())
    assert content.grade(content.read(row.text).questions, RIGHT).percent == 100
    return row


def of(somebody: Person, course: str = "order-24") -> Training:
    return Training.objects.get(person=somebody, course=course)


def takes(somebody: Person, answers: dict[int, frozenset[int]] | None = None) -> Training:
    row: Training = do(of(somebody), "take", somebody, {"answers": answers or RIGHT})
    return row


def ages(row: Training, days: int) -> None:
    """Let a certificate have been got that many days sooner."""
    earlier = timedelta(days=days)
    assert row.passed_at is not None
    assert row.valid_until is not None
    row.passed_at, row.valid_until = row.passed_at - earlier, row.valid_until - earlier
    row.save()
    assert row.passed_at < timezone.now()
