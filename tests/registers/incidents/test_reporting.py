"""Reports of incidents by dispatch: sent by people, numbered by the authority, followed by what was corrected."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shouze.link.dispatch import Dispatch, unverified
from shouze.link.kinds import Corrected, IncidentReport, Received
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.incidents.models import Incident
from shouze.registers.rows import Clock
from tests.registers.house import do, officer
from tests.registers.incidents.scene import opened_incident
from tests.registers.parties import Other, joined

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mine() -> Iterator[None]:
    with joined():
        yield


def sent() -> list[Dispatch]:
    found = [unverified(row.signed) for row in DispatchRow.objects.filter(direction="out").order_by("id")]
    return [each for each in found if each]


def reported(other: Other) -> Incident:
    incident = opened_incident()
    do(incident, "grade", officer(), {"grade": "serious", "grade_because": "人数多", "criteria": []})
    do(
        incident,
        "report",
        officer(),
        {"report_to": "某局", "licence": "B2-1", "consequences": "外流", "reporter": "值班"},
    )
    found: Incident = do(incident, "send", officer(), {"authority": other.party})
    return found


@pytest.mark.duty("A14-1-report")
def test_a_serious_incident_goes_to_the_authority_and_its_clock_is_met() -> None:
    other = Other()
    other.trusted()
    incident = reported(other)
    (report,) = sent()
    assert isinstance(report.body, IncidentReport)
    assert (report.matter, report.body.number, report.body.grade) == (incident.number, incident.number, "serious")
    assert Clock.objects.get(register="incidents", entry=incident.pk, kind="report").met is not None

    other.send("received", Received(number="R-2026-0007"), matter=incident.number, in_reply_to=report.id)
    incident.refresh_from_db()
    assert incident.report_receipt == "R-2026-0007"
    do(incident, "correct", officer(), {"correction": "已更换设备"})
    assert isinstance(sent()[1].body, Corrected)
    assert [each.sequence for each in sent()] == [1, 2]


def test_sent_again_it_is_a_later_report_of_the_same_matter() -> None:
    other = Other()
    other.trusted()
    incident = reported(other)
    do(incident, "cause", officer(), {"cause": "手机拍摄"})
    do(incident, "send", officer(), {"authority": other.party})
    bodies = [each.body for each in sent()]
    assert [each.cause for each in bodies if isinstance(each, IncidentReport)] == ["", "手机拍摄"]


def test_a_number_for_something_never_sent_changes_nothing() -> None:
    other = Other()
    other.trusted()
    other.send("received", Received(number="R-1"), in_reply_to="0" * 32)
    assert DispatchRow.objects.get().state == "settled"
    assert not Incident.objects.exists()


def test_without_an_authority_to_write_to_it_is_reported_on_paper() -> None:
    from shouze.registers.entitling import open_acts
    from shouze.registers.incidents.register import REGISTER

    incident = opened_incident()
    do(incident, "grade", officer(), {"grade": "serious", "grade_because": "人数多", "criteria": []})
    do(
        incident,
        "report",
        officer(),
        {"report_to": "某局", "licence": "B2-1", "consequences": "外流", "reporter": "值班"},
    )
    incident.refresh_from_db()
    assert {"sent"} == {act.name for act in open_acts(REGISTER, incident, officer())} & {"send", "sent"}
