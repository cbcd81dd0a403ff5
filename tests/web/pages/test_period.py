"""Lists cut to days: by a row's moment, by what was done; both days count; what is no date is told."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict

from shouze.errors import InvalidError
from shouze.registers.agents.models import Agent
from shouze.registers.agents.register import REGISTER
from shouze.registers.rows import Event
from shouze.web.pages.period import asked_period, cut, moments
from tests.registers.agents.scene import engaged, proposed
from tests.registers.house import officer, signed_in

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)


def found(**asked: str) -> list[str]:
    query = QueryDict(mutable=True)
    query.update(asked)
    period = asked_period(REGISTER, query)
    assert period is not None
    return [each.number for each in cut(REGISTER, Agent.objects.order_by("pk"), period)]


@pytest.fixture
def agent() -> Agent:
    made = proposed()
    Agent.objects.filter(pk=made.pk).update(created_at=NOON, contract_until=NOON + timedelta(days=20))
    return Agent.objects.get(pk=made.pk)


@pytest.mark.parametrize(
    ("since", "until", "there"),
    [
        ("2026-03-10", "2026-03-10", True),
        ("2026-03-11", "", False),
        ("", "2026-03-09", False),
        ("2026-03-10", "", True),
        ("", "2026-03-10", True),
    ],
)
def test_both_days_belong_to_it_and_either_may_be_open(agent: Agent, since: str, until: str, there: bool) -> None:
    assert found(since=since, until=until) == ([agent.number] if there else [])


def test_a_day_begins_at_midnight_in_shanghai(agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(created_at=datetime(2026, 3, 9, 16, tzinfo=UTC))
    assert found(since="2026-03-10", until="2026-03-10") == [agent.number]
    Agent.objects.filter(pk=agent.pk).update(created_at=datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC))
    assert found(since="2026-03-10") == []


def test_another_moment_of_the_rows_is_chosen(agent: Agent) -> None:
    assert found(dated="contract_until", since="2026-03-30", until="2026-03-30") == [agent.number]
    assert found(dated="contract_until", until="2026-03-10") == []


def test_what_was_done_in_it_is_found_once() -> None:
    row = engaged()
    [done] = Event.objects.filter(register="agents", act="engage")
    done.pk = None
    done.save()
    assert found(dated="act:engage", since="2020-01-01") == [row.number]
    assert found(dated="act:unfit", since="2020-01-01") == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"since": "2026-13-01"}, "since"),
        ({"until": "yesterday"}, "until"),
        ({"until": "9999-12-31"}, "until"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "until"),
        ({"dated": "contact", "since": "2026-03-02"}, "dated"),
    ],
)
def test_what_is_wrong_is_named(asked: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        found(**asked)
    assert caught.value.field == field
    assert caught.value.remedy is not None
    browser = signed_in(officer(), "en")
    answer = browser.get("/r/agents/", asked)
    assert answer.status_code == 422
    assert caught.value.remedy.en in (page := html.unescape(answer.content.decode()))
    kept = {name: value for name, value in asked.items() if name != "dated"}
    assert [f'name="{name}" type="date" value="{value}"' in page for name, value in kept.items()] == [True] * len(kept)
    part = browser.get("/r/agents/", asked, headers={"hx-request": "true"})
    assert (part.status_code, caught.value.remedy.en in html.unescape(part.content.decode())) == (200, True)


def test_personal_fields_are_not_offered() -> None:
    assert set(moments(REGISTER)) >= {"created_at", "contract_until", "act:engage"}
    assert not {each.name for each in REGISTER.fields if each.personal} & set(moments(REGISTER))


def test_the_list_and_its_export_are_cut_alike(agent: Agent) -> None:
    other: Any = proposed(name="second", title="青山营业厅")
    browser = signed_in(officer(), "en")
    for path in ("/r/agents/", "/r/agents/export.csv"):
        page = browser.get(path, {"since": "2026-03-10", "until": "2026-03-10"})
        said = (b"".join(page) if page.streaming else page.content).decode()
        assert agent.number in said
        assert other.number not in said
