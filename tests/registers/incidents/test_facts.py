"""What incidents tell of Articles 10 and 14(1), driven from nothing to a breach and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.registers.house import do, officer
from tests.registers.incidents.scene import opened_incident, serious
from tests.registers.standings.driving import fact_of, finding_of, states_of

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A14-1-remedy")
def test_an_incident_is_remedied_at_once() -> None:
    assert states_of("incidents.remedy") == ["met"]
    incident = opened_incident()
    assert states_of("incidents.remedy", 1) == ["due", "breached"]
    assert finding_of("incidents.remedy").evidence[0].row == incident.number
    do(incident, "measure", officer(), {"measure": "停用账号"})
    do(incident, "contain", officer(), {"contained_at": None})
    assert (states_of("incidents.remedy", 1), fact_of("incidents.remedy").shown) == (["met", "met"], 1)


@pytest.mark.duty("A14-1-remedy")
def test_what_is_remedied_at_once_may_take_its_time_to_be_contained() -> None:
    incident = opened_incident()
    do(incident, "measure", officer(), {"measure": "停用账号"})
    assert states_of("incidents.remedy", 30) == ["due", "due"]
    assert finding_of("incidents.remedy").evidence[0].row == incident.number
    do(incident, "contain", officer(), {"contained_at": None})
    assert states_of("incidents.remedy", 30) == ["met", "met"]


@pytest.mark.duty("A14-1-remedy")
def test_what_the_house_learns_and_what_other_laws_have_users_told_breaches_nothing_here() -> None:
    incident = serious()
    do(incident, "measure", officer(), {"measure": "停用账号"})
    do(incident, "contain", officer(), {"contained_at": None})
    due = timezone.now() + timedelta(days=10)
    do(incident, "learn", officer(), {"lesson": "二次验证", "lesson_owner": "S-0001", "lesson_due": due})
    assert states_of("incidents.remedy", 9, 11) == ["met", "met", "met"]


@pytest.mark.duty("A14-1-remedy", "A14-1-report", "A10-no-leak/tamper/destroy")
@pytest.mark.parametrize(
    ("kind", "forbidden", "remedied"),
    [("leak", "breached", "breached"), ("damage", "breached", "breached"), ("loss", "met", "breached"),
     ("tampering", "breached", "met")],
)  # fmt: skip
def test_loss_is_not_in_article_10_and_tampering_not_in_14(kind: str, forbidden: str, remedied: str) -> None:
    incident = opened_incident(kind=kind)
    do(incident, "confirm", officer())
    assert states_of("incidents.leaks", 2)[1] == forbidden
    assert {states_of("incidents.remedy", 2)[1], states_of("incidents.report", 2)[1]} == {remedied}


@pytest.mark.duty("A14-1-report")
def test_a_serious_incident_is_reported_at_once() -> None:
    assert states_of("incidents.report") == ["met"]
    incident = serious()
    assert states_of("incidents.report", 1) == ["due", "breached"]
    report = {"report_to": "某管理局", "licence": "B1", "consequences": "未见滥用", "reporter": "某人"}
    do(incident, "report", officer(), report)
    do(incident, "sent", officer(), {"reported_at": timezone.now(), "report_receipt": "2026-7"})
    assert states_of("incidents.report", 400) == ["met", "met"]


@pytest.mark.duty("A10-no-leak/tamper/destroy")
def test_a_leak_is_a_breach_from_its_detection_until_it_is_contained() -> None:
    assert states_of("incidents.leaks") == ["met"]
    incident = opened_incident()
    suspected = finding_of("incidents.leaks")
    assert (suspected.state, suspected.due) == ("due", None), "what is suspected is to be found out"
    incident = do(incident, "confirm", officer())
    found = finding_of("incidents.leaks")
    assert (found.state, found.since) == ("breached", incident.detected_at)
    do(incident, "contain", officer(), {"contained_at": None})
    assert (states_of("incidents.leaks"), fact_of("incidents.leaks").shown) == (["met"], 1)


@pytest.mark.duty("A14-1-report")
def test_what_turns_out_serious_later_is_reported_at_once_from_then() -> None:
    incident = opened_incident(detected_at=timezone.now() - timedelta(days=9))
    lower = {"criteria": [], "grade": "ordinary", "grade_because": "仅一名工作人员误看"}
    incident = do(incident, "grade", officer(), lower)
    assert states_of("incidents.report", 30) == ["met", "met"]
    raised = {"criteria": ["harm"], "grade": "serious", "grade_because": "发现外泄"}
    incident = do(incident, "grade", officer(), raised)
    assert states_of("incidents.report", 0.9, 1.1) == ["due", "due", "breached"]
    do(incident, "grade", officer(), raised)
    assert incident.serious_since is not None
    assert states_of("incidents.report", 0.9) == ["due", "due"]


@pytest.mark.duty("A14-1-report")
def test_what_is_found_serious_at_first_is_so_since_its_detection() -> None:
    serious(detected_at=timezone.now() - timedelta(days=2))
    assert states_of("incidents.report") == ["breached"]


@pytest.mark.duty("A14-1-report")
def test_stricter_hours_of_the_house_are_its_own() -> None:
    serious(house_hours=8)
    assert states_of("incidents.report", 0.5, 1) == ["due", "not-evidenced", "breached"]
