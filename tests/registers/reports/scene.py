"""An officer and a head at the authority, and an operator that reports."""

from __future__ import annotations

from typing import Any

from shouze.link.kinds import IncidentReport
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.reports.models import Report
from shouze.registers.roles import Role
from tests.registers.house import person
from tests.registers.parties import Other


def inspector() -> Person:
    return Person.objects.filter(username="C-0007").first() or person("C-0007", Role.INSPECTOR)


def head() -> Person:
    return Person.objects.filter(username="C-0001").first() or person("C-0001", Role.HEAD)


def told(**more: Any) -> IncidentReport:
    fields = {
        "number": "I-2026-0001", "title": "疑似泄露", "type": "leak", "certainty": "suspected",
        "detected_at": GIVEN.now(), "story": "店员拍照", "agents": ("kuaisu",), "items": ("name",), **more,
    }  # fmt: skip
    return IncidentReport(**fields)


def reported(other: Other) -> Report:
    other.trusted("operator")
    other.send("incident-report", told())
    return Report.objects.get()
