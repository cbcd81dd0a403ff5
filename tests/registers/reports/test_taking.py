"""What operators send about incidents is tied to their own report and to the very order that they name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouze.link.kinds import Corrected
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.issued.models import Issued
from shouze.registers.ports import GIVEN
from shouze.registers.reports.models import Report
from shouze.registers.rows import Clock
from tests.registers.house import do
from tests.registers.issued.test_register import drafted
from tests.registers.parties import Other, later
from tests.registers.reports.scene import head, inspector, reported, told

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def another() -> Other:
    found = Other(party="shouze.localhost/another")
    found.trusted("operator", number="L-2", title="另一家（虚构）", licence="B1-2")
    return found


def ordered(other: Other, document: str, **more: object) -> Issued:
    told = {"kind": "correct", "agents": "", "due": GIVEN.now() + timedelta(days=5), **more}
    found: Issued = do(drafted(other, document=document, **told), "sign", head())
    return found


def states() -> dict[str, str]:
    return dict(Issued.objects.values_list("document", "state"))


def test_two_operators_may_give_their_matters_one_name(other: Other) -> None:
    mine = reported(other)
    another().send("incident-report", told(story="另一件事", subjects=7))
    mine.refresh_from_db()
    assert (mine.story, mine.subjects) == ("店员拍照", None)
    theirs = Report.objects.exclude(pk=mine.pk).get()
    assert (theirs.story, theirs.operator, theirs.licence) == ("另一件事", "另一家（虚构）", "B1-2")


def test_each_matter_of_an_operator_is_a_report_of_its_own(other: Other) -> None:
    reported(other)
    other.send("incident-report", told(title="又一件"), matter="n")
    assert sorted(Report.objects.values_list("title", "matter")) == [("又一件", "n"), ("疑似泄露", "m")]


def test_what_is_said_later_changes_neither_when_it_was_received_nor_what_was_made_of_it(other: Other) -> None:
    report = do(reported(other), "assess", inspector(), {"impact": "major", "impact_because": "四十人"})
    with later(timedelta(days=1)):
        other.send("incident-report", told(subjects=40), sequence=2)
    found = Report.objects.get()
    assert (found.received_at, found.state, found.impact) == (report.received_at, "assessed", "major")
    assert found.dispatch == DispatchRow.objects.get(direction="in", sequence=2).sha256 != report.dispatch


@pytest.mark.duty("A14-2-assess")
def test_what_is_said_after_an_incident_was_closed_is_assessed_anew(other: Other) -> None:
    report = do(reported(other), "assess", inspector(), {"impact": "limited", "impact_because": "四人"})
    do(report, "close", inspector(), reason="已处置")
    with later(timedelta(days=1)):
        other.send("incident-report", told(subjects=4_000_000), sequence=2)
        found = Report.objects.get()
        clock = Clock.objects.get(register="reports", entry=found.pk, kind="assess")
        assert (found.state, found.subjects, clock.met, clock.since) == ("received", 4_000_000, None, found.reopened_at)
        done = do(found, "assess", inspector(), {"impact": "particular", "impact_because": "四百万人"})
        assert (done.state, done.escalated_at) == ("assessed", None)


def test_a_correction_is_noted_at_the_order_that_it_names_and_at_no_other(other: Other) -> None:
    other.trusted("operator")
    one, two = ordered(other, "1号"), ordered(other, "2号")
    other.send("corrected", Corrected(order="1号", done="已拆除", at=GIVEN.now()), matter=one.matter)
    assert states() == {"1号": "reported", "2号": "served"}
    other.send("corrected", Corrected(order="2号", done="已拆除", at=GIVEN.now()), matter=two.matter, sequence=2)
    assert states() == {"1号": "reported", "2号": "reported"}


def test_nobody_reports_that_anothers_order_was_corrected(other: Other) -> None:
    other.trusted("operator")
    order = ordered(other, "1号")
    another().send("corrected", Corrected(order="1号", done="已拆除", at=GIVEN.now()), matter=order.matter)
    assert states() == {"1号": "served"}
    assert DispatchRow.objects.get(kind="corrected").state == "stuck"


def test_a_suspension_is_not_over_because_its_operator_says_that_all_is_corrected(other: Other) -> None:
    other.trusted("operator")
    order = do(drafted(other), "sign", head())
    other.send("corrected", Corrected(order=order.document, done="已拆除", at=GIVEN.now()), matter=order.matter)
    assert states() == {order.document: "served"}


def test_a_correction_is_noted_at_its_incident_and_at_the_order_that_demanded_it(other: Other) -> None:
    report = reported(other)
    ordered(other, "1号", report=report.number)
    do(report, "assess", inspector(), {"impact": "major", "impact_because": "四十人"})
    at = GIVEN.now() - timedelta(hours=1)
    other.send("corrected", Corrected(order="1号", done="已更换", at=at), sequence=2)
    report.refresh_from_db()
    assert (report.state, report.corrected, report.corrected_at) == ("corrected", "已更换", at)
    assert states() == {"1号": "reported"}


def test_a_correction_in_a_matter_of_anothers_incident_changes_nothing_there(other: Other) -> None:
    report = reported(other)
    another().send("corrected", Corrected(done="已更换", at=GIVEN.now()))
    report.refresh_from_db()
    assert (report.state, report.corrected) == ("received", "")
    assert DispatchRow.objects.get(kind="corrected").state == "stuck"
