"""Answers are kept in step with acts and with time; each change is noted once, and told to a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.registers.ports import GIVEN
from shouze.registers.rows import Delivery, Event
from shouze.registers.speaking import speakers
from shouze.registers.standings import keeping
from shouze.registers.standings.keeping import answer_now, as_answer, keep
from shouze.registers.standings.latest import latest, remember
from shouze.registers.standings.models import Change, Heard, Standing, Told
from shouze.rules.duties.answering import owed
from shouze.rules.duty import Terms
from tests.registers.agents.scene import engaged
from tests.registers.house import approver, do, officer
from tests.registers.incidents.scene import opened_incident
from tests.rules.statute_files import statutes

pytestmark = pytest.mark.django_db
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Leave nothing of one test in the memory that the next reads."""
    yield
    remember([])


def state(duty: str) -> str:
    return Standing.objects.get(duty=duty).state


def agree() -> None:
    """What is kept is what everybody says when asked anew."""
    kept = {each.duty: as_answer(each) for each in Standing.objects.all()}
    assert kept == answer_now(Heard.objects.get().at)


def test_every_duty_is_answered_the_first_time() -> None:
    changed = keep(timezone.now())
    assert changed == [each.id for each in owed(statutes())]
    assert set(Change.objects.values_list("before", flat=True)) == {""}
    assert latest().keys() == set(changed)
    agree()


def test_an_act_changes_what_rests_on_its_register() -> None:
    keep(timezone.now())
    incident = opened_incident()
    assert keep(timezone.now()) == ["A14-1-remedy", "A14-1-report"]
    assert state("A14-1-remedy") == "due"
    do(incident, "measure", officer(), {"measure": "停用账号"})
    do(incident, "contain", officer(), {"contained_at": None})
    assert "A14-1-remedy" in keep(timezone.now())
    agree()


def test_time_alone_changes_an_answer_without_any_act() -> None:
    engaged()
    now = timezone.now()
    keep(now)
    due = Standing.objects.get(duty="A11-supervise").due
    assert due is not None
    Heard.objects.update(whole_at=due)
    assert "A11-supervise" not in keep(due)
    assert "A11-supervise" in keep(due + SECOND)
    standing = Standing.objects.get(duty="A11-supervise")
    assert (standing.state, standing.since) == ("not-evidenced", None)
    agree()


def test_only_registers_that_changed_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    officer(), approver()
    Event.objects.update(at=timezone.now() - DAY)
    keep(timezone.now())
    engaged()
    asked: list[str] = []
    known = speakers()

    def noting() -> dict[str, Any]:
        return {matter: (names, _Noted(matter, speaks, asked)) for matter, (names, speaks) in known.items()}

    monkeypatch.setattr(keeping, "speakers", noting)
    concerned = {matter for matter, (names, _) in known.items() if names & {"agents", "house"}}
    assert {"agents.fitness", "door.obeys"} < concerned < set(known)
    later = timezone.now()
    for minutes in (1, 10):
        asked.clear()
        keep(later + timedelta(minutes=minutes))
        assert set(asked) == concerned
    asked.clear()
    keep(later + timedelta(minutes=20))
    assert asked == ["door.obeys"], "nothing was done since"
    keep(later + timedelta(hours=2))
    assert len(asked) > 20, "every hour all of them"


class _Noted:
    def __init__(self, matter: str, speaks: Any, asked: list[str]) -> None:
        self._matter, self._speaks, self._asked = matter, speaks, asked

    def fact(self) -> Any:
        self._asked.append(self._matter)
        return self._speaks.fact()


def test_nothing_new_asks_few_questions_and_writes_one_row(django_assert_max_num_queries: Any) -> None:
    now = timezone.now()
    keep(now)
    before = Standing.objects.get(duty="A12-15d").answered_at
    with django_assert_max_num_queries(12):
        assert keep(now + timedelta(minutes=5)) == []
    assert Standing.objects.get(duty="A12-15d").answered_at == before


def test_within_a_minute_nothing_new_writes_nothing() -> None:
    now = timezone.now()
    keep(now)
    assert keep(now + 10 * SECOND) == []
    assert Heard.objects.get().at == now
    opened_incident()
    assert "A14-1-remedy" in keep(now + 20 * SECOND)
    assert Heard.objects.get().at == now + 20 * SECOND


def test_answers_wait_for_a_clock_that_stepped_back() -> None:
    now = timezone.now()
    keep(now)
    opened_incident()
    assert keep(now - DAY) == []
    assert state("A14-1-remedy") == "met"
    assert Heard.objects.get().at == now
    assert "A14-1-remedy" in keep(now + SECOND)


def test_a_state_stands_since_it_was_first_found() -> None:
    now = timezone.now()
    keep(now)
    keep(now + DAY, whole=True)
    standing = Standing.objects.get(duty="A12-15d")
    assert (standing.stood_since, standing.answered_at) == (now, now + DAY)


def test_changes_are_told_by_webhook_and_the_first_answers_are_not() -> None:
    keep(timezone.now(), webhook=True)
    assert not Delivery.objects.exists()
    incident = opened_incident()
    at = timezone.now()
    keep(at, webhook=True)
    told = {each["data"]["duty"]: each for each in map(json.loads, Delivery.objects.values_list("body", flat=True))}
    remedy = told["A14-1-remedy"]
    assert remedy["type"] == "duty.due"
    assert (remedy["data"]["before"], remedy["data"]["article"]) == ("met", "14(1)")
    assert datetime.fromisoformat(remedy["data"]["due"]) == incident.detected_at + DAY
    assert incident.title not in json.dumps(told, ensure_ascii=False)


def test_without_a_webhook_nothing_waits_to_be_sent() -> None:
    keep(timezone.now())
    opened_incident()
    keep(timezone.now())
    assert not Delivery.objects.exists()


def test_the_installations_terms_decide_how_long_at_once_is(monkeypatch: pytest.MonkeyPatch) -> None:
    opened_incident()
    monkeypatch.setattr(GIVEN, "terms", Terms(at_once=timedelta(hours=1)))
    keep(timezone.now())
    assert state("A14-1-remedy") == "breached"


def test_what_nobody_speaks_of_any_more_is_forgotten() -> None:
    now = timezone.now()
    keep(now)
    Told.objects.create(matter="gone.matter", fact={}, at=now)
    keep(now + DAY)
    assert not Told.objects.filter(matter="gone.matter").exists()
