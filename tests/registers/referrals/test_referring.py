"""Matters between authorities: what goes there, what comes back, and that nothing else of the sender's does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouze.errors import InvalidError
from shouze.link.refusing import RejectedError
from shouze.link.supervision import Referral, ReferralAnswer
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.peers.models import Peer
from shouze.registers.ports import GIVEN
from shouze.registers.referrals.models import Referral as Row
from shouze.registers.reports.models import Report
from shouze.registers.rows import Clock
from tests.registers.house import do, make
from tests.registers.parties import Other
from tests.registers.reports.scene import inspector, told

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
MINISTRY = "shouze.localhost/ministry"


@pytest.fixture
def ministry() -> Other:
    other = Other(MINISTRY)
    other.trusted("authority", number="L-9", title="工业和信息化部（虚构）")
    return other


def written(**more: Any) -> dict[str, Any]:
    return {
        "to": MINISTRY, "purpose": "joint", "title": "跨省代理人（虚构）", "about": "PC-2026-0001",
        "facts": "两省同一代理人",
        "operator_name": "星桥通信（虚构）", "licence": "", "asked": "共同检查", "due": None, "year": None, **more,
    }  # fmt: skip


def incident(operator: Other, impact: str) -> Report:
    operator.trusted("operator", licence="B1-1")
    operator.send("incident-report", told(story="店员拍照", contact="值班室 010-5555"))
    report = Report.objects.get()
    done: Report = do(report, "assess", inspector(), {"impact": impact, "impact_because": "涉及一百万人"})
    return done


@pytest.mark.duty("A14-2-escalate")
def test_what_is_particularly_major_goes_to_the_ministry_and_discloses_that_matter_only(ministry: Other) -> None:
    report = incident(Other(), "particular")
    do(report, "escalate", inspector(), {"ministry": MINISTRY})
    row = Row.objects.get()
    assert (row.purpose, row.about, row.state, row.title) == ("escalation", report.number, "sent", report.title)
    body = DispatchRow.objects.get(kind="referral").body
    assert "涉及一百万人" in body["facts"]
    assert "010-5555" not in str(body)
    ministry.send("referral-answer", ReferralAnswer(number=row.number, outcome="accepted", number_there="RF-9"),
                  matter=row.matter)  # fmt: skip
    row.refresh_from_db()
    assert (row.state, row.number_there) == ("accepted", "RF-9")
    said = ReferralAnswer(number=row.number, outcome="answered", number_there="RF-9", words="已协调")
    ministry.send("referral-answer", said, matter=row.matter, sequence=2)
    row.refresh_from_db()
    assert (row.state, row.words, row.answered_at is not None) == ("answered", "已协调", True)


@pytest.mark.duty("A03-competence")
def test_a_misaddressed_report_is_transferred_and_its_operator_hears_where(ministry: Other) -> None:
    report = do(incident(Other(), "limited"), "transfer", inspector(), {"authority": MINISTRY}, reason="由部许可")
    assert report.state == "closed"
    assert Row.objects.get().purpose == "transfer"
    letter = DispatchRow.objects.get(kind="letter", direction="out")
    assert "工业和信息化部" in letter.body["text"]
    assert letter.peer.side == "operator"
    ministry.send(
        "referral-answer", ReferralAnswer(number=Row.objects.get().number, outcome="declined", words="非本部许可")
    )
    row = Row.objects.get()
    assert (row.state, row.accepted_at, row.words) == ("declined", None, "非本部许可")


def test_one_that_arrives_is_taken_up_and_answered(ministry: Other) -> None:
    asked = Referral(number="RF-2026-0100", purpose="joint", title="跨省代理人", facts="某事", asked="共同检查",
                     due=GIVEN.now() + timedelta(days=20))  # fmt: skip
    ministry.send("referral", asked)
    row = Row.objects.get()
    assert (row.direction, row.state, row.number_there) == ("in", "arrived", "RF-2026-0100")
    row = do(row, "accept", inspector(), {"about": "PC-2026-0002"})
    assert Clock.objects.get(register="referrals", kind="answer").due == asked.due
    do(row, "answer", inspector(), {"words": "已检查"})
    sent = DispatchRow.objects.filter(kind="referral-answer").order_by("id")
    assert [each.body["outcome"] for each in sent] == ["accepted", "answered"]
    assert {each.body["number"] for each in sent} == {"RF-2026-0100"}
    assert sent[1].body["number_there"] == row.number


def test_one_that_is_somebody_elses_goes_back_with_the_reason(ministry: Other) -> None:
    ministry.send("referral", Referral(number="RF-1", purpose="transfer", title="某事", facts="某事"))
    row = do(Row.objects.get(), "decline", inspector(), {"words": "不由本局许可"})
    assert row.state == "declined"
    assert DispatchRow.objects.get(kind="referral-answer").body["words"] == "不由本局许可"


def test_a_years_figures_go_as_numbers(ministry: Other) -> None:
    make("referrals", inspector(), written(purpose="figures", title="年度数字", about="", year=GIVEN.now().year))
    figures = DispatchRow.objects.get(kind="referral").body["figures"]
    assert len(figures) > 20
    assert {"heading", "label"} <= set(figures[0])


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"to": "shouze.localhost/nobody"}, "to"),
        ({"due": "past"}, "due"),
        ({"purpose": "figures"}, "year"),
    ],
)
def test_what_lacks_something_is_not_sent(ministry: Other, more: dict[str, Any], field: str) -> None:
    if "due" in more:
        more = {"due": GIVEN.now() - timedelta(days=1)}
    with pytest.raises(InvalidError) as problem:
        make("referrals", inspector(), written(**more))
    assert problem.value.field == field
    assert not DispatchRow.objects.exists()


def test_an_operator_sends_no_referral_and_nobody_answers_for_another(ministry: Other) -> None:
    row = make("referrals", inspector(), written())
    stranger = Other("shouze.localhost/third")
    stranger.trusted("authority", number="L-3", title="另一局")
    stranger.send("referral-answer", ReferralAnswer(number=row.number, outcome="answered", words="冒名"))
    row.refresh_from_db()
    assert row.state == "sent"
    assert DispatchRow.objects.get(direction="in").state == "stuck"
    Peer.objects.filter(party=MINISTRY).update(side="operator")
    with pytest.raises(RejectedError):
        ministry.send("referral", Referral(number="RF-1", purpose="transfer", title="某事", facts="某事"))
    assert Row.objects.count() == 1
