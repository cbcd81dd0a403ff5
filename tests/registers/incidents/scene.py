"""Incidents at several stages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from shouze.registers.incidents.models import Incident
from tests.registers.house import do, make, officer


def opened_incident(**changed: Any) -> Incident:
    now = timezone.now()
    values = {
        "title": "客服账号异常查询", "kind": "leak", "certainty": "suspected", "found_by": "watch",
        "detected_at": now - timedelta(hours=2), "happened_since": now - timedelta(days=2), "happened_until": None,
        "story": "同一账号夜间大量查询", "items": ["phone"], "house_hours": None,
    }  # fmt: skip
    incident: Incident = make("incidents", officer(), values | changed)
    return incident


def serious(**changed: Any) -> Incident:
    graded = {"criteria": ["harm"], "grade": "serious", "grade_because": "可能被用于诈骗"}
    incident: Incident = do(opened_incident(**changed), "grade", officer(), graded)
    return incident
