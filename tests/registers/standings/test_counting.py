"""Figures of a year: what belongs to it and what does not, and where each leads."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from shouze.chinatime import SHANGHAI
from shouze.registers.incidents.models import Incident
from shouze.registers.ports import GIVEN
from shouze.registers.standings.counting import YearCounted
from shouze.reports.report import Figure
from tests.registers.agents.scene import engaged
from tests.registers.complaints.scene import At, answered, filed, noon
from tests.registers.selfinspections.scene import signed

pytestmark = pytest.mark.django_db
YEAR = 2026
MOST_QUERIES = 12
PARTS = ("complaints", "incidents", "agents", "grants", "trainings", "selfinspections")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    clock = At(noon("2026-03-02"))
    monkeypatch.setattr(GIVEN, "now", clock)
    return clock


def counted(now: datetime, year: int = YEAR) -> dict[str, Any]:
    return {each.label.en: each.value for each in figures(now, year)}


def figures(now: datetime, year: int = YEAR) -> list[Figure]:
    told = YearCounted(year, now)
    return [each for part in PARTS for each in getattr(told, part)()]


def incident(number: str, detected: datetime, grade: str = "", **more: Any) -> Incident:
    return Incident.objects.create(number=number, title="某", state="open", detected_at=detected, grade=grade, **more)


def test_complaints_count_by_receipt_in_time_and_late_with_the_median(at: At) -> None:
    for days in (2, 4, 20):
        complaint = filed()
        at.moment += timedelta(days=days)
        answered(complaint)
    told = counted(at.moment)
    assert (told["Received"], told["Answered"], told["Answered in time"]) == (3, 3, 2)
    assert told["Late (answered late, or overdue)"] == 1
    assert told["Share in time (of those in time or late)"] == "66.7%"
    assert told["Median time to the answer (days)"] == "4.0"
    assert counted(at.moment, YEAR - 1)["Received"] == 0


def test_a_year_begins_and_ends_at_midnight_in_china() -> None:
    begin = datetime(YEAR, 1, 1, tzinfo=SHANGHAI)
    incident("a", begin - timedelta(microseconds=1), "serious")
    incident("b", begin, "serious", reported_at=begin)
    incident("c", datetime(YEAR, 12, 31, 23, 59, 59, tzinfo=SHANGHAI), "ordinary")
    incident("d", datetime(YEAR + 1, 1, 1, tzinfo=SHANGHAI), "ordinary")
    told = counted(datetime(YEAR + 1, 6, 1, tzinfo=SHANGHAI))
    assert (told["Incidents"], told["Ordinary"], told["Reported to the authority"]) == (2, 1, 1)
    assert told["Serious (consequences are or may be serious)"] == 1


def test_acts_upon_agents_and_self_inspections_count(at: At) -> None:
    at.moment = datetime.now(SHANGHAI)
    engaged()
    signed()
    told = counted(at.moment, at.moment.year)
    assert (told["Agents engaged"], told["Assessments of agents"]) == (1, 1)
    assert (told["Self-inspections finished"], told["Reports signed"]) == (1, 1)
    assert counted(at.moment, at.moment.year - 1)["Assessments of agents"] == 0


def test_every_figure_says_how_when_and_leads_to_a_list(at: At) -> None:
    told = figures(at.moment)
    assert told
    for each in told:
        assert each.how.zh
        assert each.at == at.moment
        try:
            found = resolve(each.address.partition("?")[0])
        except Resolver404:  # pragma: no cover - the address is broken
            pytest.fail(each.address)
        assert found.url_name == "listing"


def test_the_number_of_queries_does_not_grow_with_the_rows(at: At) -> None:
    for _ in range(3):
        answered(filed())
    with CaptureQueriesContext(connection) as caught:
        figures(at.moment)
    assert len(caught) <= MOST_QUERIES
