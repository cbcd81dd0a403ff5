"""Incidents: what is owed at once, what is frozen at the door, whom it affects, when it may be closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.gateway.asking import Visitor
from shouze.registers.entitling import may_see
from shouze.registers.incidents.models import Incident
from shouze.registers.incidents.register import REGISTER
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Event
from shouze.rules.refusal import RefusedError
from tests.installation import CLERK, OTHER, PERSON, ask, subscribe
from tests.registers.house import Opened, do, officer, person
from tests.registers.incidents.scene import opened_incident, serious

pytestmark = pytest.mark.django_db


def clock(incident: Incident, kind: str) -> Clock:
    return Clock.objects.get(register="incidents", entry=incident.pk, kind=kind)


@pytest.mark.duty("A14-1-remedy")
def test_what_is_owed_at_once_runs_from_detection_without_a_number_of_hours() -> None:
    incident = opened_incident()
    for kind in ("measure", "contain", "grade"):
        running = clock(incident, kind)
        assert (running.since, running.due, running.met) == (incident.detected_at, None, None)
    incident = do(incident, "measure", officer(), {"measure": "停用账号"})
    assert clock(incident, "measure").met == incident.first_measure_at
    incident = do(incident, "contain", officer(), {"contained_at": None})
    assert clock(incident, "contain").met == incident.contained_at
    assert incident.state == "contained"


@pytest.mark.duty("A14-1-report")
def test_a_serious_incident_owes_a_report_to_the_authority_and_a_notice() -> None:
    incident = serious()
    assert (clock(incident, "report").due, clock(incident, "report").duty) == (None, "A14-1-report")
    assert clock(incident, "notice").met is None
    assert not Clock.objects.filter(entry=opened_incident().pk, register="incidents", kind="report").exists()


def test_a_house_clock_in_hours_sets_the_reports_deadline() -> None:
    incident = serious(house_hours=8)
    assert clock(incident, "report").due == incident.detected_at + timedelta(hours=8)


def test_a_grade_is_not_below_what_its_criteria_ask_for_and_has_its_reasons() -> None:
    with pytest.raises(InvalidError) as caught:
        do(opened_incident(), "grade", officer(), {"criteria": ["harm"], "grade": "ordinary", "grade_because": "?"})
    assert caught.value.field == "grade"


def test_an_incident_is_closed_when_nothing_is_missing() -> None:
    incident = do(serious(), "contain", officer(), {"contained_at": None})
    with pytest.raises(InvalidError, match="Still missing: the first measure, the report to the authority"):
        do(incident, "close", officer())
    report = {"report_to": "云泽省通信管理局", "licence": "B1-1", "consequences": "未见滥用", "reporter": "某人 10099"}
    do(incident, "measure", officer(), {"measure": "停用账号"})
    do(incident, "report", officer(), report)
    do(incident, "sent", officer(), {"reported_at": timezone.now(), "report_receipt": "2026-7"})
    do(incident, "tell", officer(), {"notice": "……", "notice_channel": "短信", "noticed_at": None, "notice_waived": ""})
    do(incident, "cause", officer(), {"cause": "口令外借"})
    assert do(incident, "close", officer()).state == "closed"
    assert not Clock.objects.filter(register="incidents", entry=incident.pk, met=None).exists()


def test_users_are_told_or_it_is_said_why_not() -> None:
    with pytest.raises(InvalidError) as caught:
        do(serious(), "tell", officer(), {"notice": "", "notice_waived": ""})
    assert caught.value.field == "notice"


def test_a_lesson_is_owed_by_its_owner_until_it_is_done() -> None:
    incident, owner = opened_incident(), person("S-0031", Role.SERVICE)
    due = timezone.now() + timedelta(days=30)
    incident = do(incident, "learn", officer(), {"lesson": "启用二次验证", "lesson_owner": "S-0031", "lesson_due": due})
    owed = clock(incident, "lesson-0")
    assert (owed.person, owed.due, owed.met) == (owner, due, None)
    incident = do(incident, "learnt", officer(), {"learnt": "0"})
    assert clock(incident, "lesson-0").met is not None


def test_the_reporters_name_and_number_stand_in_no_history() -> None:
    incident = serious()
    report = {"report_to": "局", "licence": "B1", "consequences": "无", "reporter": "王某 13800000000"}
    do(incident, "report", officer(), report)
    told = str(list(Event.objects.filter(register="incidents").values_list("changes", flat=True)))
    assert "13800000000" not in told


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.AGENT, Role.ADMINISTRATOR])
def test_only_who_keeps_the_register_freezes(role: Role) -> None:
    incident = opened_incident()
    with pytest.raises(NotYoursError):
        do(incident, "freeze", person("S-9", role), {"target": "item", "frozen_item": "phone"})
    incident.refresh_from_db()
    assert incident.frozen == []


@pytest.mark.parametrize(
    ("role", "seen"),
    [(Role.OFFICER, True), (Role.SECURITY, True), (Role.APPROVER, True), (Role.AUDITOR, True), (Role.SERVICE, False),
     (Role.AGENT, False), (Role.ADMINISTRATOR, False)],
)  # fmt: skip
def test_incidents_are_seen_by_who_oversees(role: Role, seen: bool) -> None:
    assert may_see(REGISTER, person("S-8", role)) is seen


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"target": "actor"}, "frozen_actor"),
        ({"target": "account", "frozen_subject": "a" * 26}, "frozen_service"),
        ({"target": "account", "frozen_service": "mobile", "frozen_subject": "13800000000"}, "frozen_subject"),
    ],
)
def test_what_is_frozen_is_named_and_a_user_by_id_alone(values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        do(opened_incident(), "freeze", officer(), values)
    assert caught.value.field == field


def security(site: str = "") -> Person:
    return person("S-0007", Role.SECURITY, post="security-officer", site=site)


def refused(opened: Opened, visitor: Visitor, *items: str) -> str | None:
    subject = opened.run(_subject(opened))
    try:
        opened.run(opened.installation.door.release(visitor, ask(subject, *(items or ("name",)))))
    except RefusedError as refusal:
        return refusal.kind.code
    return None


async def _subject(opened: Opened) -> str:
    rows = await opened.installation.stores.databases["custody"].fetch("SELECT id FROM custody.subject ORDER BY id")
    return str(rows[0][0])


@pytest.mark.duty("A14-1-remedy")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "frozen",
    [
        {"target": "actor", "frozen_actor": "S-0042"}, {"target": "item", "frozen_item": "name"},
        {"target": "action", "frozen_action": "read"}, {"target": "service", "frozen_service": "mobile"},
    ],
    ids=lambda each: each["target"],
)  # fmt: skip
def test_the_door_shuts_when_something_is_frozen_and_opens_when_it_is_released(
    opened: Opened, frozen: dict[str, str]
) -> None:
    opened.run(subscribe(opened.installation, PERSON))
    assert refused(opened, CLERK) is None
    incident = do(opened_incident(), "freeze", officer(), frozen)
    opened.settle()
    assert refused(opened, CLERK) == "frozen"
    do(incident, "release", officer(), {"released": "0"})
    opened.settle()
    assert refused(opened, CLERK) is None


@pytest.mark.duty("A14-1-remedy")
@pytest.mark.django_db(transaction=True)
def test_a_users_account_is_frozen_in_the_persons_own_name(opened: Opened) -> None:
    subject = opened.run(subscribe(opened.installation, PERSON)).subject
    frozen = {"target": "account", "frozen_service": "mobile", "frozen_subject": subject}
    incident = do(opened_incident(), "freeze", security(), frozen)
    opened.settle()
    assert refused(opened, CLERK) == "frozen"
    leaf = opened.run(_last(opened, "freeze"))
    assert (leaf.who.id, leaf.who.post) == ("S-0007", "security-officer")
    do(incident, "release", Person.objects.get(username="S-0007"), {"released": "0"})
    opened.settle()
    assert refused(opened, CLERK) is None


@pytest.mark.django_db(transaction=True)
def test_what_the_door_refuses_is_told_and_holds_up_nothing_else(opened: Opened) -> None:
    subject = opened.run(subscribe(opened.installation, PERSON)).subject
    clerk = person("S-0042", Role.SECURITY, post="customer-service")
    frozen = {"target": "account", "frozen_service": "mobile", "frozen_subject": subject}
    incident = do(opened_incident(), "freeze", clerk, frozen)
    do(incident, "freeze", officer(), {"target": "item", "frozen_item": "name"})
    opened.settle()
    assert "not-entitled" in REGISTER.notes(incident, timezone.now())[0].en
    assert refused(opened, CLERK) == "frozen"


@pytest.mark.duty("A14-1-remedy")
@pytest.mark.django_db(transaction=True)
def test_whom_it_affects_is_counted_from_the_log(opened: Opened) -> None:
    first, second = (opened.run(subscribe(opened.installation, each)).subject for each in (PERSON, OTHER))
    for subject in (first, first, second):
        opened.run(opened.installation.door.release(CLERK, ask(subject, "name", "phone")))
    opened.run(opened.installation.sequencer.step())
    asked = {"by_actor": "S-0042", "handled_since": timezone.now() - timedelta(days=1)}
    incident = do(opened_incident(), "count", security(), asked)
    assert (incident.affected_uses, incident.affected_subjects) == (3, 2)
    assert set(incident.affected_items) == {"name", "phone"}
    with pytest.raises(InvalidError, match="not entitled"):
        do(incident, "count", person("S-0099", Role.SECURITY, post="legal"), asked)


async def _last(opened: Opened, act: str) -> Any:
    from shouze.ledger.entry import parse_leaf
    from tests.gateway.test_passage import raw_leaves

    leaves = [parse_leaf(each) for each in await raw_leaves(opened.installation)]
    return next(each for each in reversed(leaves) if each.what.act == act)
