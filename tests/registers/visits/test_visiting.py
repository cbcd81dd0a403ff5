"""A visit at the authority: announced beforehand, by two officers, recorded once, answered by dispatch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.link.dispatch import unverified
from shouze.link.kinds import Letter
from shouze.link.refusing import RejectedError
from shouze.link.supervision import GrievanceDecided, VisitAnswer, VisitRecord
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.issued.models import Issued
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock
from shouze.registers.visits.models import Visit
from shouze.registers.visits.visiting import term
from tests.registers.house import PROOF, do
from tests.registers.parties import MINE, Other, later
from tests.registers.reports.scene import head, inspector
from tests.registers.visits.scene import OFFICERS, after_the_visit, announced, answered, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def sent(kind: str) -> Any:
    written = unverified(DispatchRow.objects.get(direction="out", kind=kind).signed)
    assert written is not None
    return written.body


def wrong(name: str, act: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        act()
    assert caught.value.field == name


def test_the_notice_goes_out_beforehand_and_says_what_the_operator_may_expect(other: Other) -> None:
    other.trusted("operator", title="星桥通信")
    row = announced(other.party)
    notice = sent("inspection-notice")
    assert isinstance(notice, Letter)
    assert all(each in notice.text for each in ("例行检查", "某路 1 号", "周某 浙-110203", "不收取任何费用", "上一级"))
    assert (notice.due, notice.document) == (row.planned_at, row.number)
    assert (row.state, row.title, row.notice) == ("announced", "星桥通信", DispatchRow.objects.get().sha256)


def test_a_notice_of_what_is_past_is_none(other: Other) -> None:
    other.trusted("operator")
    wrong("planned_at", lambda: announced(other.party, planned_at=GIVEN.now() - timedelta(minutes=1)))
    row = announced(other.party, planned_at=GIVEN.now(), unannounced="举报称正在销毁证据")
    assert (row.announced_at, row.notice, DispatchRow.objects.count()) == (None, "", 0)


def test_where_no_dispatches_go_the_operator_is_named(other: Other) -> None:
    wrong("to", lambda: announced(other.party))
    wrong("operator_name", lambda: announced(""))


@pytest.mark.duty("A17-2-premises")
def test_a_visit_by_one_officer_is_neither_announced_nor_recorded(other: Other) -> None:
    other.trusted("operator")
    wrong("officers", lambda: announced(other.party, officers="周某 浙-1"))
    row = announced(other.party)
    with after_the_visit():
        wrong("officers", lambda: recorded(row, officers="周某 浙-1\n周某 浙-1"))
        row.refresh_from_db()
        assert row.state == "announced"


@pytest.mark.duty("A17-3-record")
def test_the_record_goes_to_the_operator_with_what_was_taken_by_digest(other: Other) -> None:
    other.trusted("operator")
    row = announced(other.party)
    with after_the_visit():
        row = recorded(row, documents=[PROOF])
        body = sent("visit-record")
    assert isinstance(body, VisitRecord)
    assert [each.identification for each in body.officers] == ["浙-110203", "浙-110204"]
    assert [(each.what, each.sha256) for each in body.taken] == [
        ("硬盘 K-1", None), (PROOF.name, sha256(PROOF.content).hexdigest()),
    ]  # fmt: skip
    assert (body.notice, body.no_fee, body.not_hindered, body.due) == (row.notice, True, True, row.answer_by)
    assert body.arrived_at < body.left_at
    # Copies stay at the authority: only their digests travel.
    assert unverified(DispatchRow.objects.get(kind="visit-record").signed).attachments == ()  # type: ignore[union-attr]  # it was just read


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"arrived_at": -timedelta(days=3)}, "arrived_at"),
        ({"left_at": -timedelta(hours=4)}, "left_at"),
        ({"left_at": timedelta(minutes=1)}, "left_at"),
        ({"taken": "复制 日志"}, "taken"),
    ],
)
def test_what_cannot_be_is_named(other: Other, changed: dict[str, Any], field: str) -> None:
    other.trusted("operator")
    row = announced(other.party)
    with after_the_visit():
        told = {name: GIVEN.now() + by if isinstance(by, timedelta) else by for name, by in changed.items()}
        wrong(field, lambda: recorded(row, **told))
    assert not DispatchRow.objects.filter(kind="visit-record").exists()


def test_more_things_than_a_record_holds_are_refused_with_the_files_counted(other: Other) -> None:
    other.trusted("operator")
    row = announced(other.party)
    with after_the_visit():
        wrong("taken", lambda: recorded(row, taken="硬盘\n" * 200, documents=[PROOF]))
        assert len(recorded(row, taken="硬盘\n" * 199, documents=[PROOF]).taken.splitlines()) == 200


def test_a_record_is_made_once(other: Other) -> None:
    other.trusted("operator")
    row = announced(other.party)
    with after_the_visit():
        row = recorded(row)
        with pytest.raises(NotYoursError):
            recorded(row)


def test_a_visit_without_a_record_is_a_matter_of_the_day(other: Other) -> None:
    other.trusted("operator")
    row = announced(other.party)
    clock = Clock.objects.get(register="visits", entry=row.pk)
    assert (clock.kind, clock.due, clock.duty) == ("record", term(row.planned_at), "A17-3-record")
    assert ",inspector," in clock.roles


def test_the_term_counts_working_days() -> None:
    """From a Wednesday before a weekend: Thursday, Friday, Monday, Tuesday, Wednesday."""
    assert term(datetime(2026, 11, 25, 8, tzinfo=UTC)).date().isoformat() == "2026-12-02"


def test_the_operators_answer_stands_in_the_record(other: Other) -> None:
    other.trusted("operator")
    row = announced(other.party)
    with after_the_visit():
        row = answered(other, recorded(row), not_hindered=False, comment="停机两小时")
    assert (row.state, row.says_no_fee, row.says_not_hindered) == ("contested", "attested", "contested")
    assert (row.comment, row.signed_by) == ("停机两小时", "钱某 S-0001")


def test_an_answer_to_other_bytes_and_a_second_answer_change_nothing(other: Other) -> None:
    other.trusted("operator")
    row = announced(other.party)
    with after_the_visit():
        row = recorded(row)
        other.send("visit-answer", VisitAnswer(record="0" * 64, no_fee=True, not_hindered=True, signed_by="某"),
                   matter=row.number)  # fmt: skip
        row.refresh_from_db()
        assert (row.state, DispatchRow.objects.get(kind="visit-answer").state) == ("recorded", "stuck")
        said = {"record": row.dispatch, "signed_by": "某"}
        for sequence, yes in ((2, True), (3, False)):
            body = VisitAnswer(no_fee=yes, not_hindered=yes, **said)
            other.send("visit-answer", body, matter=row.number, sequence=sequence)
        row.refresh_from_db()
        assert (row.state, DispatchRow.objects.get(sequence=3).state) == ("attested", "stuck")


def test_another_operator_answers_no_record_of_this_one(other: Other) -> None:
    other.trusted("operator")
    another = Other(party="shouze.localhost/another")
    another.trusted("operator", number="L-2")
    row = announced(other.party)
    with after_the_visit():
        row = answered(another, recorded(row))
    assert (row.state, row.answered_at) == ("recorded", None)


def test_what_comes_after_it_was_closed_is_kept_and_counts(other: Other) -> None:
    other.trusted("operator")
    row = announced(other.party)
    with after_the_visit():
        row = do(recorded(row), "unsigned", inspector(), reason="拒签")
        row = do(row, "close", inspector(), reason="已处理")
        row = answered(other, row, no_fee=False, comment="收费")
    assert (row.state, row.says_no_fee) == ("closed", "contested")


def test_an_answer_on_paper_needs_the_paper_and_says_what_is_contested() -> None:
    with after_the_visit():
        row = recorded(announced("", operator_name="某公司", unannounced="突击"))
        values = {"says_no_fee": "contested", "says_not_hindered": "attested", "comment": " ", "signed_by": "钱某"}
        wrong("documents", lambda: do(row, "enter-answer", inspector(), values, documents=[]))
        wrong("comment", lambda: do(row, "enter-answer", inspector(), values))
        assert do(row, "enter-answer", inspector(), values | {"comment": "收费"}).state == "contested"


def test_what_was_seen_wrong_is_ordered_to_be_corrected_and_signed_by_the_head(other: Other) -> None:
    other.trusted("operator")
    row = announced(other.party)
    with after_the_visit():
        due = GIVEN.now() + timedelta(days=10)
        told = {"document": "2号", "body": "某局", "because": "机房应当有人值守", "due": due}
        row = do(recorded(row), "correct", inspector(), told)
        order = Issued.objects.get()
        assert (row.orders, order.kind, order.state, order.because) == (
            [order.number],
            "correct",
            "draft",
            "机房应当有人值守",
        )
        assert do(order, "sign", head()).state == "served"
        with later(timedelta(days=-60)):
            wrong("due", lambda: do(row, "correct", inspector(), {**told, "due": None}))
    assert DispatchRow.objects.filter(kind="correction").count() == 1


def test_calling_it_off_tells_the_operator(other: Other) -> None:
    other.trusted("operator")
    row = do(announced(other.party), "call-off", inspector(), reason="改期")
    assert (row.state, sent("letter").text) == ("called-off", "改期")
    assert not Clock.objects.filter(register="visits", met=None).exists()


def test_officers_may_change_between_notice_and_visit(other: Other) -> None:
    other.trusted("operator")
    row = announced(other.party)
    with after_the_visit():
        row = recorded(row, officers=f"{OFFICERS}\n郑某，浙-３")
    assert row.officers.splitlines()[-1] == "郑某 浙-3"


def contested(other: Other) -> Visit:
    """Return a visit whose operator says that a fee was charged; it has to be after the visit."""
    other.trusted("operator")
    with later(timedelta(days=-1, hours=-4)):
        row = announced(other.party)
    return answered(other, recorded(row), no_fee=False, comment="收费")


def decision(other: Other, row: Visit, **more: Any) -> GrievanceDecided:
    told = {"number": "CD-1", "authority": MINE, "operator": other.party, "inspection": row.number, "reasons": "查明",
            **more}  # fmt: skip
    return GrievanceDecided(**told)


def told(above: Other, body: GrievanceDecided, sequence: int = 1) -> str:
    """Bring a decision; return what became of its dispatch."""
    above.send("grievance-decision", body, matter="CD-1", sequence=sequence)
    return DispatchRow.objects.get(peer__party=above.party, sequence=sequence).state


@pytest.mark.duty("A17-3-no-fee")
def test_the_next_higher_authority_decides_and_what_it_upheld_stays(other: Other) -> None:
    above = Other(party="shouze.localhost/above")
    above.trusted(number="L-2", standing="ministry")
    with after_the_visit():
        row = contested(other)
        assert told(above, decision(other, row, dismissed=("fee",))) == "settled"
        row.refresh_from_db()
        assert (row.above_no_fee, row.above_not_hindered, row.state) == ("dismissed", "", "contested")
        assert told(above, decision(other, row, upheld=("fee",), measures="退还"), 2) == "settled"
        assert told(above, decision(other, row, dismissed=("fee", "obstruction")), 3) == "settled"
        row.refresh_from_db()
        assert (row.above_no_fee, row.above_not_hindered) == ("upheld", "dismissed")
        assert "退还" in row.above


@pytest.mark.duty("A17-3-no-fee")
@pytest.mark.parametrize(
    ("standing", "changed"),
    [
        ("administration", {}), ("", {}), ("ministry", {"authority": "shouze.localhost/x"}),
        ("ministry", {"inspection": "VT-1999-0001"}), ("ministry", {"operator": "shouze.localhost/x"}),
        ("ministry", {"operator": None}),
    ],
)  # fmt: skip
def test_no_other_decision_clears_a_denial(other: Other, standing: str, changed: dict[str, Any]) -> None:
    """Neither a friendly authority of the same rank, nor a decision about another authority, visit or operator."""
    above = Other(party="shouze.localhost/above")
    above.trusted(number="L-2", standing=standing)
    with after_the_visit():
        row = contested(other)
        assert told(above, decision(other, row, dismissed=("fee",), **changed)) == "stuck"
        row.refresh_from_db()
        assert (row.above_no_fee, row.above) == ("", "")


def test_an_operator_decides_nothing_of_its_own_complaint(other: Other) -> None:
    with after_the_visit():
        row = contested(other)
        with pytest.raises(RejectedError):
            other.send("grievance-decision", decision(other, row, upheld=("fee",)), matter="CD-1")
