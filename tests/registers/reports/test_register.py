"""Incidents at the authority: taken in by themselves or typed in, assessed with reasons, escalated, closed."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from shouze.errors import InvalidError
from shouze.link.dispatch import unverified
from shouze.link.kinds import Corrected, Received
from shouze.link.supervision import Referral
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN
from shouze.registers.reports.models import Report
from shouze.registers.reports.register import REGISTER
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.house import do, make, person, signed_in
from tests.registers.parties import Other
from tests.registers.reports.scene import inspector, reported, told

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def sent() -> list[Any]:
    rows = DispatchRow.objects.filter(direction="out").order_by("id")
    return [found.body for row in rows if (found := unverified(row.signed))]


def test_a_report_is_entered_and_its_number_goes_back(other: Other) -> None:
    report = reported(other)
    assert (report.state, report.operator, report.agents, report.operator_number) == (
        "received", "某局", "kuaisu", "I-2026-0001",
    )  # fmt: skip
    assert sent() == [Received(number=report.number)]
    assert DispatchRow.objects.get(direction="out").in_reply_to == f"{1:032x}"


def test_a_later_report_brings_it_up_to_date(other: Other) -> None:
    reported(other)
    other.send("incident-report", told(subjects=40, certainty="real"), sequence=2)
    report = Report.objects.get()
    assert (report.subjects, report.certainty) == (40, "real")
    assert len(sent()) == 1


@pytest.mark.duty("A14-2-assess")
def test_the_impact_is_assessed_with_reasons_and_its_clock_runs_till_then(other: Other) -> None:
    report = reported(other)
    assert Clock.objects.get(register="reports", entry=report.pk, kind="assess").met is None
    done = do(report, "assess", inspector(), {"impact": "major", "impact_because": "四十人"})
    assert done.state == "assessed"
    assert Clock.objects.get(register="reports", entry=report.pk, kind="assess").met is not None


@pytest.mark.duty("A14-2-escalate")
def test_what_is_particularly_major_goes_to_the_ministry(other: Other) -> None:
    report = reported(other)
    do(report, "assess", inspector(), {"impact": "particular", "impact_because": "百万人"})
    report.refresh_from_db()
    with pytest.raises(InvalidError):
        do(report, "close", inspector(), reason="完")
    ministry = Other(party="shouze.localhost/ministry")
    other_office = Other(party="shouze.localhost/third")
    other_office.trusted("authority", number="L-3")
    ministry.trusted("authority", number="L-2")
    wanted = REGISTER.act("escalate")
    chosen = wanted.fields[0]
    assert set(chosen.offered() or ()) == {ministry.party, other_office.party}
    Peer.objects.filter(party=ministry.party).update(standing="ministry")
    assert set(chosen.offered() or ()) == {ministry.party}
    do(report, "escalate", inspector(), {"ministry": ministry.party})
    referral = sent()[-1]
    assert isinstance(referral, Referral)
    assert report.story in referral.facts
    assert do(report, "close", inspector(), reason="完").state == "closed"


def test_a_question_goes_in_the_operators_own_matter(other: Other) -> None:
    report = reported(other)
    do(report, "ask", inspector(), {"question": "多少人？", "answer_by": None})
    row = DispatchRow.objects.filter(kind="question").get()
    assert (row.matter, row.sequence) == ("m", 2)
    typed = make("reports", inspector(), {"title": "来电", "operator": "某网", "kind": "loss", "certainty": "real",
                 "detected_at": GIVEN.now(), "story": "丢失硬盘"})  # fmt: skip
    with pytest.raises(InvalidError):
        do(typed, "ask", inspector(), {"question": "？"})


def test_what_was_corrected_is_checked_again(other: Other) -> None:
    report = reported(other)
    do(report, "assess", inspector(), {"impact": "major", "impact_because": "x"})
    other.send("corrected", Corrected(done="已更换", at=GIVEN.now()), sequence=2)
    report.refresh_from_db()
    assert (report.state, report.corrected) == ("corrected", "已更换")
    assert do(report, "recheck", inspector(), {"rechecked": "属实"}).state == "assessed"


def test_what_was_corrected_in_no_matter_is_a_persons_to_look_at(other: Other) -> None:
    other.trusted("operator")
    other.send("corrected", Corrected(done="已更换", at=GIVEN.now()))
    assert DispatchRow.objects.get().state == "stuck"


@pytest.mark.parametrize(
    ("role", "sees", "assesses"),
    [
        (Role.INSPECTOR, True, True), (Role.HEAD, True, True), (Role.AUDITOR, True, False),
        (Role.OFFICER, False, False), (Role.ADMINISTRATOR, False, False), (Role.APPROVER, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(other: Other, role: Role, *, sees: bool, assesses: bool) -> None:
    report, browser = reported(other), signed_in(person("C-9", role))
    assert browser.get(reverse("row", args=["reports", report.number])).status_code == (200 if sees else 403)
    assert browser.get(reverse("act", args=["reports", report.number, "assess"])).status_code == (
        200 if assesses else 403
    )
    assert browser.get("/r/reports/new").status_code == (200 if assesses else 403)


def test_an_operators_desk_has_no_such_register(other: Other) -> None:
    reported(other)
    GIVEN.house = "operator"
    browser = signed_in(person("C-9", Role.INSPECTOR))
    assert {browser.get(f"/r/{name}/").status_code for name in ("reports", "issued", "supervised")} == {404}
    GIVEN.house = "authority"
    assert {browser.get(f"/r/{name}/").status_code for name in ("incidents", "orders", "consents")} == {404}
