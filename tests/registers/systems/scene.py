"""A system at every stage."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from shouze.registers.systems.models import System
from tests.registers.house import approver, do, make, officer


def registered(**changed: Any) -> System:
    values = {
        "name": "old-crm", "title": "旧客户系统", "title_en": "Old CRM", "kind": "outside", "place": "一号机房",
        "services": ["mobile"], "items": ["name", "phone"], "subjects_count": 31204, "owner": officer(), "agent": "",
        "account": "", "network": True, "protection_days": 30, "records_days": 31,
    }  # fmt: skip
    system: System = make("systems", officer(), values | changed)
    return system


def reviewed(days: int = 365, **changed: Any) -> System:
    until = timezone.now() + timedelta(days=days)
    system: System = do(registered(**changed), "review", officer(), {"verdict": "fit", "reviewed_until": until})
    return system


def connected(days: int = 365, **changed: Any) -> System:
    system: System = do(reviewed(days, **changed), "connect", approver())
    return system


def graded(grade: int, at: datetime | None = None) -> System:
    at = at or timezone.now()
    system: System = do(connected(), "grade", officer(), {"unit_grade": str(grade), "graded_at": at})
    return system
