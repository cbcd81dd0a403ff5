"""A complaint about another authority's inspection: fifteen days, both sides heard, another than who asked decides."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.link.dispatch import unverified
from shouze.link.packet import Packet
from shouze.link.supervision import GrievanceDecided, GrievanceQuestion, GrievanceReceived, GrievanceStatement
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.conduct.models import Conduct
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.taking import take
from shouze.registers.finding import registers
from shouze.registers.ports import GIVEN, working_days
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Document
from shouze.rules.deadline import COUNTINGS, deadline
from tests.registers.conduct.scene import LOWER, asked, complained, decided, grievance, lower, stated
from tests.registers.house import PROOF, do, person
from tests.registers.parties import MINE, Other, later, named
from tests.registers.reports.scene import head, inspector

pytestmark = pytest.mark.django_db


def sent(kind: str, to: str | None = None) -> Any:
    rows = DispatchRow.objects.filter(direction="out", kind=kind)
    written = unverified((rows.get(peer__party=to) if to else rows.get()).signed)
    assert written is not None
    return written


def wrong(name: str, act: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        act()
    assert caught.value.field == name


@pytest.mark.duty("A17-3-no-fee", "A17-3-no-hinder")
def test_a_complaint_has_its_number_and_fifteen_days(other: Other) -> None:
    lower()
    row = complained(other)
    due = deadline(COUNTINGS["calendar-15"], row.created_at, working_days()).ends_at
    assert (row.state, row.title, row.due, row.grounds) == ("received", "某省通信管理局", due, ["fee", "conduct"])
    assert Clock.objects.get(register="conduct", kind="decide").due == due
    told = sent("grievance-received")
    assert told.body == GrievanceReceived(number=row.number, grievance="GV-2026-0001", due=due)
    assert told.matter == "GV-2026-0001"


def test_no_authority_takes_in_what_it_is_complained_about_for(other: Other) -> None:
    other.trusted("operator")
    other.send("grievance", grievance(authority=MINE), matter="GV-2026-0001")
    assert not Conduct.objects.exists()
    assert DispatchRow.objects.get().state == "stuck"


def test_nor_does_it_enter_one_by_hand() -> None:
    with pytest.raises(NotYoursError):
        entered(against=MINE)


def entered(**more: Any) -> Conduct:
    """Enter one that came on paper."""
    values = {
        "operator_name": "某公司", "against": LOWER.party, "inspection": "", "grounds": ["fee"], "story": "收费",
        "happened_at": GIVEN.now() - timedelta(days=1), **more,
    }  # fmt: skip
    row: Conduct = acting.make(registers()["conduct"], inspector(), Asked(values, documents=[PROOF]))
    return row


def test_a_matter_is_complained_of_once(other: Other) -> None:
    complained(other)
    other.send("grievance", grievance(story="另一说法"), matter="GV-2026-0001", sequence=2)
    assert Conduct.objects.get().story == "收取检测费"


def test_the_question_goes_without_what_the_operator_wrote(other: Other) -> None:
    lower()
    row = asked(complained(other))
    question = sent("grievance-question", LOWER.party)
    assert isinstance(question.body, GrievanceQuestion)
    assert (question.body.text, question.body.operator, question.body.due) == (
        "是否收取费用？",
        "星桥通信",
        row.asked_until,
    )
    assert row.story not in str(question.body)
    assert row.asked_at is not None
    assert row.asked_until == row.asked_at + timedelta(days=7)
    assert Clock.objects.get(register="conduct", kind="state").due == row.asked_until


def test_the_term_for_stating_ends_with_that_for_deciding_unless_that_is_over(other: Other) -> None:
    lower()
    row = complained(other)
    with later(timedelta(days=12)):
        assert asked(row).asked_until == row.due
    with later(timedelta(days=20)):
        row = asked(row)
        assert row.asked_at is not None
        assert row.asked_until == row.asked_at + timedelta(days=7)
        wrong("answer_by", lambda: asked(row, answer_by=GIVEN.now()))


def test_nothing_is_decided_before_the_other_side_was_heard_or_had_its_time(other: Other) -> None:
    there = lower()
    row = complained(other)
    with pytest.raises(NotYoursError):
        decided(row)
    row = asked(row)
    with pytest.raises(NotYoursError):
        decided(row)
    with later(timedelta(days=8)):
        assert decided(row).state == "dismissed"
    assert stated(there, row).statement == ""
    assert DispatchRow.objects.get(kind="grievance-statement").state == "stuck"


def test_what_it_states_stands_at_the_complaint_and_nobody_elses_word_does(other: Other) -> None:
    there = lower()
    row = asked(complained(other))
    another = Other(party="shouze.localhost/another")
    another.trusted(number="L-3")
    another.send("grievance-statement", GrievanceStatement(number=row.number, text="冒称"), matter=row.number)
    row = stated(there, row)
    assert (row.state, row.statement) == ("stated", "没有收费")


@pytest.mark.duty("A17-3-no-fee")
def test_both_sides_hear_each_ground_decided(other: Other) -> None:
    row = decided(stated(lower(), asked(complained(other))), "fee")
    assert (row.state, row.upheld, row.decided_at) == ("upheld", ["fee"], row.changed_at)
    wanted = GrievanceDecided(
        number=row.number, grievance="GV-2026-0001", authority=LOWER.party, operator=other.party, reasons="有收据为证",
        inspection="VT-2026-0001", upheld=("fee",), dismissed=("conduct",), measures="责令退还",
    )  # fmt: skip
    for party, matter in ((other.party, "GV-2026-0001"), (LOWER.party, row.number)):
        told = sent("grievance-decision", party)
        assert (told.body, told.matter) == (wanted, matter)
    assert not Clock.objects.filter(register="conduct", met=None).exists()


def test_who_asked_does_not_decide(other: Other) -> None:
    there, both = lower(), person("C-3", Role.INSPECTOR, Role.HEAD)
    row = stated(there, asked(complained(other), both))
    with pytest.raises(NotYoursError):
        decided(row, by=both)
    assert decided(row).state == "dismissed"


def test_what_a_decision_needs(other: Other) -> None:
    row = stated(lower(), asked(complained(other)))
    wrong("upheld", lambda: decided(row, "obstruction"))
    wrong("measures", lambda: decided(row, "fee", measures=" "))


def test_what_is_not_taken_up_is_told_to_the_operator_alone(other: Other) -> None:
    lower()
    row = do(complained(other), "refuse", head(), reason="不是检查引起的")
    told = sent("grievance-decision")
    assert (row.state, told.receiver, told.body.reasons) == ("refused", other.party, "不是检查引起的")
    assert told.body.upheld == ()


def test_files_of_both_sides_are_kept(other: Other) -> None:
    other.trusted("operator")
    files = {"receipt.txt": b"receipt"}
    signed = other.seal("grievance", grievance(), matter="GV-1", attachments=named(files))
    take(Packet(signed, {sha256(b"receipt").hexdigest(): b"receipt"}).encoded())
    assert Document.objects.get(event__register="conduct").name == "receipt.txt"


def test_one_on_paper_is_asked_and_stated_on_paper() -> None:
    row = entered()
    question = {"question": "是否收费？", "answer_by": None}
    wrong("documents", lambda: do(row, "ask", inspector(), question))
    row = do(row, "ask", inspector(), question, documents=[PROOF])
    row = do(row, "note-statement", inspector(), {"statement": "没有收费"})
    assert decided(row, "fee").state == "upheld"
    assert not DispatchRow.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"), [({"grounds": []}, "grounds"), ({"happened_at": timedelta(days=1)}, "happened_at")]
)
def test_what_is_wrong_on_paper_is_named(changed: dict[str, Any], field: str) -> None:
    told = {name: GIVEN.now() + by if isinstance(by, timedelta) else by for name, by in changed.items()}
    wrong(field, lambda: entered(**told))
