"""Agents: what opens the door to them, what shuts it, what is owed meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.gateway.asking import Request, SubjectRef, Visitor
from shouze.registers.rows import Clock
from shouze.rules.refusal import RefusedError
from shouze.rules.use import Actor, Place
from tests.installation import PERSON, subscribe
from tests.registers.agents.scene import assessed, engaged, proposed
from tests.registers.house import Opened, approver, do, officer

pytestmark = pytest.mark.django_db
SHOP = Visitor(Actor("agent-staff", "B-0001", agent="baiyun"), Place("BY-01"))


def test_an_agent_is_engaged_by_another_person_than_assessed_it() -> None:
    agent = assessed()
    approver()
    with pytest.raises(NotYoursError) as caught:
        do(agent, "engage", officer())
    assert caught.value.detail.en == "Another person has to do this"
    assert do(agent, "engage", approver()).state == "engaged"


@pytest.mark.duty("A11-no-unfit")
def test_a_firm_of_one_may_engage_what_it_assessed() -> None:
    assert do(assessed(), "engage", officer()).state == "engaged"


def test_nobody_is_found_fit_without_a_term() -> None:
    with pytest.raises(InvalidError) as caught:
        do(proposed(), "assess", officer(), {"verdict": "fit"})
    assert caught.value.field == "fit_until"


def test_an_assessment_wants_a_proof() -> None:
    with pytest.raises(InvalidError) as caught:
        do(proposed(), "assess", officer(), {"verdict": "unfit", "unfit_because": "无制度"}, documents=[])
    assert caught.value.field == "documents"


@pytest.mark.duty("A11-supervise")
def test_supervision_falls_due_by_the_period_agreed_and_begins_anew_when_it_was_done() -> None:
    agent = engaged()
    due = Clock.objects.get(register="agents", entry=agent.pk, kind="supervise").due
    assert due is not None
    assert due - agent.supervised_at == timedelta(days=180)  # type: ignore[operator]  # an engaged agent has one
    do(agent, "supervise", officer())
    assert Clock.objects.get(register="agents", entry=agent.pk, kind="supervise").due > due  # type: ignore[operator]  # as above


def test_an_ended_agent_owes_the_information_back() -> None:
    agent = do(engaged(), "end", officer())
    assert list(Clock.objects.filter(entry=agent.pk, register="agents").values_list("kind", flat=True)) == ["return"]
    assert do(agent, "return", officer()).state == "ended"
    assert not Clock.objects.filter(entry=agent.pk, register="agents").exists()


@pytest.mark.duty("A11-no-unfit")
@pytest.mark.django_db(transaction=True)
def test_the_door_opens_to_an_agent_when_it_is_engaged_and_shuts_when_it_is_found_unfit(opened: Opened) -> None:
    subject = opened.run(subscribe(opened.installation, PERSON)).subject
    request = Request(
        service="mobile", purposes=("customer-service",), items=("name",), subject=SubjectRef(id=subject), action="read"
    )

    def refused() -> str | None:
        try:
            opened.run(opened.installation.door.release(SHOP, request))
        except RefusedError as refusal:
            return refusal.kind.code
        return None

    agent = assessed()
    opened.settle()
    assert refused() is not None
    do(agent, "engage", approver())
    opened.settle()
    assert refused() is None
    do(agent, "unfit", officer(), {"why": "泄露客户资料"})
    opened.settle()
    assert refused() == "agent-unfit"
    assert timezone.now() > agent.created_at
