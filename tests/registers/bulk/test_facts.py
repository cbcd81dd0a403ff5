"""What bulk operations tell of Article 13(3): none ran without another person's review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.registers.bulk.models import Operation
from tests.registers.standings.driving import fact_of, states_of

pytestmark = [pytest.mark.django_db, pytest.mark.duty("A13-3-bulk")]


def operation(number: str, **told: Any) -> Operation:
    """A row as the door tells it."""
    now = timezone.now()
    given = {
        "door_id": number, "title": "导出", "service": "mobile", "purpose": "customer-service", "action": "export",
        "volume": 10, "asked_by": "S-0500", "asked_at": now, "decide_by": now + timedelta(days=3),
    }  # fmt: skip
    return Operation.objects.create(number=number, **{**given, **told})


def test_operations_that_ran_were_reviewed_by_another() -> None:
    assert states_of("bulk.reviewed") == ["met"]
    operation("B-1", state="requested")
    assert (states_of("bulk.reviewed", 4), fact_of("bulk.reviewed").shown) == (["met", "met"], 0)
    operation("B-2", state="done", decided_by="S-0002", seen=5)
    assert fact_of("bulk.reviewed").shown == 1


@pytest.mark.parametrize("decided_by", ["", "S-0500"])
def test_one_that_ran_without_is_a_breach(decided_by: str) -> None:
    row = operation("B-3", state="done", decided_by=decided_by, seen=5)
    assert states_of("bulk.reviewed") == ["breached"]
    assert (fact_of("bulk.reviewed").since, fact_of("bulk.reviewed").row) == (row.asked_at, "B-3")
