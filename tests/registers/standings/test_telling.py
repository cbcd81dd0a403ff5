"""Answers as programs read them, and how all stood at an earlier moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.registers.standings.keeping import as_answer, keep
from shouze.registers.standings.models import Standing
from shouze.registers.standings.telling import standings, stood_at, told
from tests.registers.incidents.scene import opened_incident

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_one_object_a_duty_in_the_order_of_the_order() -> None:
    now = timezone.now()
    keep(now)
    rows = told({duty: as_answer(each) for duty, each in standings().items()})
    assert [row["id"] for row in rows][:4] == ["A02-scope", "A05-lawful", "A06-responsible", "A08-make-rules"]
    assert {row["since"] for row in rows} == {now.isoformat()}


def test_a_breach_is_told_since_it_began() -> None:
    incident = opened_incident(detected_at=timezone.now() - 3 * DAY)
    keep(timezone.now())
    row = told({"A14-1-remedy": as_answer(Standing.objects.get(duty="A14-1-remedy"))})[0]
    assert (row["state"], row["since"]) == ("breached", (incident.detected_at + DAY).isoformat())
    assert row["sanction"]["fine"] == {"from": 10000, "to": 30000}


def test_how_all_stood_at_an_earlier_moment_is_the_last_change_until_then() -> None:
    now = timezone.now()
    keep(now)
    opened_incident(detected_at=now)
    keep(now + DAY / 2, whole=True)
    keep(now + 2 * DAY, whole=True)
    states = [stood_at(now + n * DAY)["A14-1-remedy"].state for n in (0, 1, 3)]
    assert states == ["met", "due", "breached"]
    assert stood_at(now - DAY) == {}
