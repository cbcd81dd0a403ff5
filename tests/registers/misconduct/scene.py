"""Officers, heads, somebody of the Ministry, and a report on one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shouze.registers.explanations.models import Explanation
from shouze.registers.misconduct.models import Misconduct
from shouze.registers.misconduct.taking import file
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from tests.registers.house import do, person
from tests.registers.reports.scene import head, inspector

__all__ = ["SECRET", "head", "inspector", "ministry", "put", "reported"]
SECRET = ("举报人甲（虚构）", "010-6666", "收了经营者的礼金，压着案子不办")


def ministry() -> Person:
    return Person.objects.filter(username="M-0001").first() or person("M-0001", Role.MINISTRY)


def reported(channel: str = "public", **more: Any) -> Misconduct:
    head()
    inspector()
    values = {"kind": "favouritism", "person": None, "named": inspector().name, "above": False, "name": SECRET[0],
              "reach": SECRET[1], "story": SECRET[2], **more}  # fmt: skip
    return file(values, channel)[0]


def put(row: Misconduct, by: Person | None = None) -> Explanation:
    """Say whom it is about, and put it before them."""
    by = by or head()
    row = do(row, "name", by, {"kind": row.kind, "person": inspector()})
    do(row, "put", by, {"said": "有人反映您收受礼金", "until": GIVEN.now() + timedelta(days=5)})
    return Explanation.objects.get(report=row)
