"""Charts: the numbers stand in a table; ages are told apart; who may not see the records sees no counts of them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from shouze.desk.charts import by_age, by_day, by_hour
from shouze.registers.records.models import Handled
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.house import officer, person, signed_in

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def handled(back: int, permitted: int, refused: int) -> None:
    day = timezone.localtime(NOW).date() - timedelta(days=back)
    Handled.objects.create(day=day, permitted=permitted, refused=refused, counted_at=NOW)


def clock(kind: str, days: float, **more: Any) -> None:
    since = NOW - timedelta(days=days)
    Clock.objects.create(
        register="agents", entry=1, number="A-1", kind=kind, title_zh="某", title_en="x", since=since, **more
    )


def test_each_of_the_last_thirty_days_has_its_numbers_and_missing_days_are_none() -> None:
    handled(0, 9, 1)
    handled(29, 3, 0)
    permitted, refused = by_day(NOW)
    assert [number for _, number in permitted.rows] == [3, *[0] * 28, 9]
    assert [number for _, number in refused.rows] == [0] * 29 + [1]


def test_nothing_is_drawn_before_anything_was_counted() -> None:
    assert by_day(NOW) == []


def test_open_clocks_are_told_apart_by_how_long_they_have_run() -> None:
    for number, days in enumerate((0.5, 1.5, 7.9, 8.1, 30.5, 31.5, 90.9, 91.5, 400)):
        clock(f"k{number}", days)
    clock("met", 3, met=NOW)
    assert by_age(Clock.objects.all(), NOW).rows == [("<1", 1), ("1–7", 2), ("8–30", 2), ("31–90", 2), (">90", 2)]


def test_hours_without_records_are_shown_as_none() -> None:
    rows = by_hour({"03": 2}, "S-0042").rows
    assert (len(rows), rows[3], rows[4]) == (24, ("03", 2), ("04", 0))


def test_what_is_drawn_is_what_the_table_says() -> None:
    handled(0, 1234, 1)
    page = signed_in(officer(), "en").get("/").content.decode()
    drawn = [json.loads(unescape(each)) for each in re.findall(r'data-numbers="([^"]*)"', page)]
    assert [each[-1] for each in drawn] == [1234, 1]
    assert "<td>1,234</td>" in page
    assert page.count("<details open><summary>The numbers") == 2


@pytest.mark.parametrize(("role", "seen"), [(Role.AUDITOR, True), (Role.AGENT, False), (Role.ADMINISTRATOR, False)])
def test_who_may_not_see_the_records_sees_no_counts_of_them(role: Role, seen: bool) -> None:
    handled(0, 5, 5)
    page = signed_in(person("S-8", role), "en").get("/").content.decode()
    assert ("Permitted at the door" in page) == seen
