"""A visit as the operator receives it: announced, recorded, each statement attested or contested by a named person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.link.dispatch import unverified
from shouze.link.kinds import Letter
from shouze.link.supervision import Officer, VisitAnswer, VisitRecord
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock
from shouze.registers.visited.models import Visited
from tests.registers.house import do, officer
from tests.registers.parties import Other

pytestmark = pytest.mark.django_db
TWO = (Officer(name="周某", identification="浙-1"), Officer(name="吴某", identification="浙-2"))
ATTESTED = {"says_no_fee": "attested", "says_not_hindered": "attested", "comment": ""}


def record(**more: Any) -> VisitRecord:
    now = GIVEN.now()
    told = {
        "number": "VT-2026-0001", "basis": "例行检查", "place": "某路 1 号", "arrived_at": now - timedelta(hours=3),
        "left_at": now - timedelta(hours=1), "officers": TWO, "seen": "机房无人值守", "no_fee": True,
        "not_hindered": True, "due": now + timedelta(days=7), **more,
    }  # fmt: skip
    return VisitRecord(**told)


def received(other: Other, **more: Any) -> Visited:
    other.trusted()
    other.send("visit-record", record(**more), matter="VT-2026-0001")
    return Visited.objects.get()


def test_a_notice_is_a_row_with_a_clock_until_somebody_arranges_for_it(other: Other) -> None:
    other.trusted()
    due = GIVEN.now() + timedelta(days=2)
    other.send("inspection-notice", Letter(title="检查通知", text="定于……", document="VT-1", due=due), matter="VT-1")
    row = Visited.objects.get()
    assert (row.state, row.inspection, row.planned_at, row.number[:2]) == ("announced", "VT-1", due, "VD")
    assert Clock.objects.get(register="visited", met=None).due == due
    do(row, "prepare", officer(), reason="由张某接待")
    assert not Clock.objects.filter(register="visited", met=None).exists()
    other.send("inspection-notice", Letter(title="改期", text="改为……", due=due + timedelta(days=1)), matter="VT-1",
               sequence=2)  # fmt: skip
    row.refresh_from_db()
    assert (row.planned_at, "定于" in row.notice, "改为" in row.notice) == (due + timedelta(days=1), True, True)
    assert Clock.objects.filter(register="visited", met=None).exists()


def test_a_record_without_a_notice_is_entered_all_the_same(other: Other) -> None:
    row = received(other, unannounced="突击检查")
    assert (row.state, row.unannounced, row.officers) == ("recorded", "突击检查", "周某 浙-1\n吴某 浙-2")
    assert Clock.objects.get(register="visited").due == row.due


@pytest.mark.duty("A17-2-cooperate")
def test_a_named_person_attests_each_statement(other: Other) -> None:
    row = do(received(other), "answer", officer(), ATTESTED)
    said = unverified(DispatchRow.objects.get(direction="out").signed)
    assert said is not None
    assert said.body == VisitAnswer(record=row.dispatch, no_fee=True, not_hindered=True,
                                    signed_by=f"{officer().name} {officer().username}")  # fmt: skip
    assert (row.state, said.matter, said.kind) == ("attested", "VT-2026-0001", "visit-answer")


def test_what_is_contested_is_said(other: Other) -> None:
    row, contested = received(other), ATTESTED | {"says_no_fee": "contested"}
    with pytest.raises(InvalidError) as caught:
        do(row, "answer", officer(), contested)
    assert caught.value.field == "comment"
    row = do(row, "answer", officer(), contested | {"comment": "收取检测费"})
    assert row.state == "contested"


def test_a_record_is_answered_once(other: Other) -> None:
    row = do(received(other), "answer", officer(), ATTESTED)
    with pytest.raises(NotYoursError):
        do(row, "answer", officer(), ATTESTED)
    assert DispatchRow.objects.filter(direction="out").count() == 1


def test_a_record_that_was_sent_is_replaced_by_none(other: Other) -> None:
    row = received(other)
    other.send("visit-record", record(seen="另一说法"), matter="VT-2026-0001", sequence=2)
    other.send("inspection-notice", Letter(title="补发通知", text="……"), matter="VT-2026-0001", sequence=3)
    assert Visited.objects.get().seen == row.seen
    assert set(DispatchRow.objects.filter(sequence__gt=1).values_list("state", flat=True)) == {"stuck"}


def test_two_authorities_may_use_one_number(other: Other) -> None:
    received(other)
    another = Other(party="shouze.localhost/another")
    another.trusted(number="L-2", title="另一局")
    another.send("visit-record", record(), matter="VT-2026-0001")
    assert set(Visited.objects.values_list("title", flat=True)) == {"某局", "另一局"}
