"""What the portal may do with complaints: a user's own alone, with clock and answer, in a few queries."""

from __future__ import annotations

from typing import Any

import pytest

from shouze.errors import ConflictError, InvalidError, NotFoundError
from shouze.registers.acting import Attached
from shouze.registers.complaints import filing
from shouze.registers.complaints.models import Complaint
from shouze.registers.letters.models import Enclosure, Letter
from shouze.registers.letters.sealing import enclosed
from shouze.registers.office import Filed
from shouze.registers.rows import Event
from tests.registers.complaints.scene import REACHED, SUBJECT, At, answered, filed
from tests.registers.house import do, officer

pytestmark = pytest.mark.django_db
OTHER = "b" * 26


def complained(subject: str = SUBJECT, **more: Any) -> Filed:
    return filing.file(subject, "leaked", "cloud-drive", "我的号码被卖了", **more)


@pytest.mark.duty("A12-accept")
def test_whoever_complains_has_number_and_clock_in_the_answer(at: At) -> None:
    made = complained()
    assert (made.number, made.state, made.may_withdraw) == ("CP-2026-0001", "open", True)
    assert made.due is not None
    assert [each.number for each in filing.mine(SUBJECT)] == [made.number]
    assert Event.objects.get(register="complaints", act="file").by is None


@pytest.mark.duty("A12-15d")
def test_the_answer_is_read_at_the_portal_and_that_is_the_proof(at: At) -> None:
    made = complained()
    complaint = answered(Complaint.objects.get(), way="portal", text="已核实并停止")
    assert complaint.proof == "shown"
    at.move(days=1)
    seen = filing.look(SUBJECT, made.number)
    assert seen.story == "我的号码被卖了"
    assert [(kind, text) for kind, _, text in seen.said] == [("answer", "已核实并停止")]
    assert Complaint.objects.get().proof == "read"
    assert "号码被卖" not in repr(seen)


def test_nobody_reaches_another_users_complaint(at: At) -> None:
    made = complained()
    assert filing.mine(OTHER) == filing.mine("") == []
    with pytest.raises(NotFoundError):
        filing.look(OTHER, made.number)
    with pytest.raises(NotFoundError):
        filing.withdraw(OTHER, made.number)
    with pytest.raises(NotFoundError):
        filing.reopen(OTHER, made.number, "?")
    with pytest.raises(NotFoundError):
        filing.look("", made.number)
    assert Complaint.objects.get().state == "open"


def test_who_joined_a_complaint_reads_the_answer_and_not_what_the_first_one_wrote(at: At) -> None:
    complaint = do(filed(), "join", officer(), REACHED | {"subject": OTHER})
    answered(complaint, way="portal", text="已统一处理")
    seen = filing.look(OTHER, complaint.number)
    assert (seen.story, [text for _, _, text in seen.said]) == ("", ["已统一处理"])


def test_what_was_added_is_read_again_by_who_complains_alone_and_by_nobody_of_several(at: At) -> None:
    made = complained()
    answered(Complaint.objects.get(), way="portal", text="已停止")
    filing.reopen(SUBJECT, made.number, "又打来了")
    assert ("matter", "又打来了") in [(kind, text) for kind, _, text in filing.look(SUBJECT, made.number).said]
    do(Complaint.objects.get(), "join", officer(), REACHED | {"subject": OTHER})
    for each in (SUBJECT, OTHER):
        assert "又打来了" not in [text for _, _, text in filing.look(each, made.number).said]


def test_it_is_withdrawn_and_reopened_by_its_own_user(at: At) -> None:
    made = complained()
    assert filing.withdraw(SUBJECT, made.number).state == "withdrawn"
    at.move(days=2)
    again = filing.reopen(SUBJECT, made.number, "还在打电话给我")
    assert (again.state, again.received_at) == ("open", at())
    with pytest.raises(ConflictError):
        filing.reopen(SUBJECT, made.number, "?")
    with pytest.raises(InvalidError) as caught:
        filing.reopen(SUBJECT, filing.withdraw(SUBJECT, made.number).number, " ")
    assert caught.value.field == "story"


@pytest.mark.parametrize(
    ("matter", "story", "field"),
    [
        ("nonsense", "?", "matter"),
        ("unsorted", "?", "matter"),
        ("leaked", " ", "story"),
        ("leaked", "x" * 20_001, "story"),
    ],
)
def test_what_is_empty_or_strange_is_refused_with_its_field(at: At, matter: str, story: str, field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        filing.file(SUBJECT, matter, "", story)
    assert caught.value.field == field


def test_one_user_does_not_flood_the_register(at: At) -> None:
    for _ in range(filing.MOST_OPEN):
        complained()
    with pytest.raises(ConflictError):
        complained()
    complained(OTHER)


def test_what_is_enclosed_lies_sealed_with_the_letter(at: At) -> None:
    complained(enclosures=[Attached("截图.png", "image/png", b"\x89PNG a picture of mine")])
    (each,) = Enclosure.objects.select_related("letter__key")
    assert enclosed(each) == b"\x89PNG a picture of mine"
    assert b"PNG" not in bytes(each.sealed)
    assert Letter.objects.filter(enclosures=each).exists()


def test_ones_own_complaints_take_one_query_however_many_there_are(at: At, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        complained()
    with django_assert_num_queries(1):
        assert len(filing.mine(SUBJECT)) == 3
