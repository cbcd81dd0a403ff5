"""A shortcoming at every stage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.registers.shortcomings.models import Shortcoming
from tests.registers.house import do, make, officer, person

VALUES = {"title": "机房门禁记录不全", "rule": "A13-4-media", "place": "一号机房", "story": "九月缺三天"}


def owner() -> Person:
    return Person.objects.filter(username="S-0088").first() or person("S-0088", Role.SERVICE)


def raised(**changed: Any) -> Shortcoming:
    found: Shortcoming = make("shortcomings", officer(), {**VALUES, "owner": None, "due": None, **changed})
    return found


def given(days: int = 10) -> Shortcoming:
    due = timezone.now() + timedelta(days=days)
    found: Shortcoming = do(raised(), "assign", officer(), {"owner": owner(), "due": due})
    return found


def mended() -> Shortcoming:
    found: Shortcoming = do(given(), "mend", owner(), {"remedy": "补装录像"})
    return found
