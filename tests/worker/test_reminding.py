"""Reminders: to whom, when, once each, and without anybody's information."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.registers.agents.models import Agent
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Delivery
from shouze.worker.reminding import remind
from tests.registers.agents.scene import engaged
from tests.registers.house import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> Agent:
    agent = engaged()
    Person.objects.filter(username="S-0001").update(email="officer@example.invalid")
    return agent


def due(agent: Agent) -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("to", flat=True))


def test_nothing_is_said_before_its_time(agent: Agent) -> None:
    assert remind(timezone.now(), mail=True, webhook=True) == 0


def test_each_stage_is_told_once_to_whoever_owes_it(agent: Agent) -> None:
    person("S-0030", Role.SERVICE, email="service@example.invalid")
    clock = Clock.objects.get(register="agents", entry=agent.pk, kind="supervise")
    assert clock.due is not None
    Clock.objects.exclude(pk=clock.pk).delete()
    for before, told in ((8, 0), (7, 1), (5.5, 0), (1, 1), (0.4, 0), (0, 1), (-2, 0)):
        assert remind(clock.due - timedelta(days=before), mail=True, webhook=False) == told, before
    mails = list(Delivery.objects.order_by("id"))
    assert {mail.to for mail in mails} == {"officer@example.invalid"}
    assert [mail.body[:3] for mail in mails] == ["一周内", "一日内", "已逾期"]
    assert agent.contact not in "".join(mail.body for mail in mails)
    assert agent.number in mails[0].body


def test_whoever_left_or_wants_none_is_not_reminded(agent: Agent) -> None:
    Person.objects.filter(username="S-0001").update(reminders=False)
    remind(timezone.now() + timedelta(days=400), mail=True, webhook=False)
    assert not Delivery.objects.exists()


def test_a_webhook_names_the_entry_by_its_number_alone(agent: Agent) -> None:
    remind(timezone.now() + timedelta(days=400), mail=False, webhook=True)
    bodies = "".join(Delivery.objects.filter(kind="webhook").values_list("body", flat=True))
    assert agent.number in bodies
    assert agent.title not in bodies
