"""The day: what is overdue, what waits for whom, how many questions it asks the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.agents.scene import engaged, proposed
from tests.registers.house import approver, officer, person, signed_in

pytestmark = pytest.mark.django_db
MOST_QUERIES = 16


def test_a_house_without_people_begins_with_the_first() -> None:
    assert Client().get("/").headers["location"] == "/begin"


def test_a_stranger_is_sent_to_sign_in_once_there_are_people() -> None:
    officer()
    assert Client().get("/").headers["location"].startswith("/account/login/")


def test_what_is_overdue_is_counted_and_shown_first() -> None:
    agent = engaged()
    Clock.objects.filter(entry=agent.pk, kind="supervise").update(due=timezone.now() - timedelta(days=3))
    page = signed_in(officer()).get("/").content.decode()
    assert '逾期 <span class="big">1</span>' in page
    assert "逾期 3 天" in page


def test_each_sees_what_waits_for_their_role() -> None:
    proposed()
    assert '等我办理 <span class="big">1</span>' in signed_in(approver()).get("/").content.decode()
    assert '等我办理 <span class="big">0</span>' in signed_in(person("S-4", Role.SERVICE)).get("/").content.decode()


def test_an_agents_staff_see_nothing_of_other_agents() -> None:
    agent = engaged()
    page = signed_in(person("B-1", Role.AGENT, agent="baiyun")).get("/").content.decode()
    assert agent.number not in page


def test_the_day_takes_as_many_queries_for_a_thousand_clocks(django_assert_max_num_queries: Any) -> None:
    agent = engaged()
    now = timezone.now()
    clocks = [
        Clock(register="agents", entry=agent.pk, number=agent.number, kind=f"k{n}", title_zh="某", title_en="x",
              since=now, due=now + timedelta(days=n - 500), roles=",officer,")
        for n in range(1000)
    ]  # fmt: skip
    Clock.objects.bulk_create(clocks)
    browser = signed_in(officer())
    with django_assert_max_num_queries(MOST_QUERIES):
        assert browser.get("/").status_code == 200
