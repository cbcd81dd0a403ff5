"""Complaints to the authority: sealed, each look recorded, passed on as far as the user agrees, answered, settled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from shouze.errors import InvalidError, SealedError
from shouze.link.dispatch import unverified
from shouze.link.kinds import Letter
from shouze.registers.appeals.doing import end, read
from shouze.registers.appeals.models import Appeal
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Event
from tests.registers.house import PROOF, do, make, person, signed_in
from tests.registers.parties import Other, later
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
SECRET = ("陈投诉（虚构）", "010-5555", "营业厅把我的号码给了中介")


def taken(**more: Any) -> Appeal:
    values = {
        "operator_name": "星桥通信（虚构）", "matter": "late", "channel": "letter", "name": SECRET[0],
        "received_at": GIVEN.now() - timedelta(hours=1), "reach": SECRET[1], "story": SECRET[2], "agreed": False,
        **more,
    }  # fmt: skip
    found: Appeal = make("appeals", inspector(), values)
    return found


def passed_on(other: Other, **more: Any) -> Appeal:
    other.trusted("operator")
    found: Appeal = do(taken(**more), "transfer", inspector(), {"to": other.party, "summary": "请处理"})
    return found


def sent() -> Letter:
    written = unverified(DispatchRow.objects.get(direction="out").signed)
    assert written is not None
    assert isinstance(written.body, Letter)
    return written.body


def test_who_complains_and_what_they_wrote_stand_in_no_table_in_clear() -> None:
    row = taken()
    told = read(row)
    assert (told.name, told.reach, told.story) == SECRET
    with connection.cursor() as asked:
        for table in connection.introspection.table_names():
            asked.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            kept = str([[bytes(cell) if isinstance(cell, memoryview) else cell for cell in line] for line in asked])
            assert not any(word in kept or str(word.encode())[2:-1] in kept for word in SECRET), table
    assert not any(word in repr(told) for word in SECRET)


def test_each_look_is_recorded_and_only_who_works_on_it_looks() -> None:
    row = taken()
    address = reverse("appeal-told", args=[row.number])
    page = signed_in(inspector()).post(address).content.decode()
    assert SECRET[2] in page
    assert list(Event.objects.filter(register="appeals", act="look").values_list("by__username", flat=True)) == [
        inspector().username
    ]
    for role, status in ((Role.AUDITOR, 403), (Role.PUBLISHER, 403), (Role.HEAD, 200)):
        assert signed_in(person(f"C-01{status}{role}"[:12], role)).post(address).status_code == status
    assert signed_in(inspector()).get(address).status_code == 405


def test_without_the_users_agreement_the_operator_learns_nothing_of_them(other: Other) -> None:
    row = passed_on(other)
    letter = sent()
    assert (letter.text, letter.document, row.state) == ("请处理", row.number, "transferred")
    assert letter.due is not None


def test_with_it_the_operator_learns_what_they_wrote(other: Other) -> None:
    passed_on(other, agreed=True)
    assert all(word in sent().text for word in ("请处理", *SECRET))


@pytest.mark.duty("A12-15d")
def test_an_answer_that_comes_late_is_said_to_be_late(other: Other) -> None:
    row = passed_on(other)
    assert Clock.objects.get(register="appeals", entry=row.pk).due == row.due
    with later(timedelta(days=17)):
        other.send("complaint", Letter(title="答复", text="已经处理", document=row.number))
        row.refresh_from_db()
        assert (row.state, row.late, read(row).answers) == ("answered", True, ("已经处理",))
        with pytest.raises(InvalidError):
            do(row, "close", inspector(), {"outcome": "settled", "told_on": None})
        with pytest.raises(InvalidError):
            do(row, "close", inspector(), {"outcome": "case", "told_on": date(2026, 1, 1), "case": ""})
        row = do(row, "close", inspector(), {"outcome": "settled", "told_on": date(2026, 1, 1)})
    assert row.state == "closed"


def test_an_operator_answers_no_complaint_that_went_to_another(other: Other) -> None:
    row = passed_on(other)
    another = Other(party="shouze.localhost/another")
    another.trusted("operator", number="L-2", title="另一家")
    another.send("complaint", Letter(title="x", text="冒答", document=row.number))
    row.refresh_from_db()
    assert row.state == "transferred"
    assert Appeal.objects.get(channel="operator").operator_name == "另一家"


def test_an_operator_tells_of_a_late_answer_by_itself(other: Other) -> None:
    other.trusted("operator", title="星桥通信")
    other.send("complaint", Letter(title="逾期答复", text="经用户同意报送", document="CP-2026-0003"))
    row = Appeal.objects.get()
    assert (row.channel, row.matter, row.operator_number, row.state) == ("operator", "late", "CP-2026-0003", "received")
    assert "经用户同意报送" in read(row).story


def test_what_is_asked_of_a_complaint() -> None:
    for more in ({"story": ""}, {"operator_name": ""}, {"received_at": GIVEN.now() + timedelta(days=1)}):
        with pytest.raises(InvalidError):
            taken(**more)
    with pytest.raises(InvalidError):
        do(taken(), "transfer", inspector(), {"to": "nobody", "summary": "x"})


def test_after_its_retention_nobody_reads_who_complained() -> None:
    row = do(taken(), "refuse", head())
    end(GIVEN.now() + timedelta(days=GIVEN.post.retention_days - 1))
    assert read(row).name == SECRET[0]
    end(GIVEN.now() + timedelta(days=GIVEN.post.retention_days + 1))
    row.refresh_from_db()
    with pytest.raises(SealedError):
        read(row)
    assert bytes(row.sealed) == b""
    assert signed_in(inspector()).post(reverse("appeal-told", args=[row.number])).status_code == 410


@pytest.mark.parametrize(
    ("role", "sees", "keeps"),
    [(Role.INSPECTOR, True, True), (Role.HEAD, True, True), (Role.AUDITOR, True, False), (Role.PUBLISHER, False, False),
     (Role.MINISTRY, False, False), (Role.OFFICER, False, False)],
)  # fmt: skip
def test_what_each_role_may_do(role: Role, *, sees: bool, keeps: bool) -> None:
    row, browser = taken(), signed_in(person("C-0200", role))
    assert browser.get(reverse("row", args=["appeals", row.number])).status_code == (200 if sees else 403)
    for act in ("transfer", "note-answer", "close", "refuse"):
        assert browser.get(reverse("act", args=["appeals", row.number, act])).status_code == (200 if keeps else 403)


def test_the_clock_of_what_is_not_taken_up_runs_from_its_receipt() -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    clock = Clock.objects.get(register="appeals", entry=taken(received_at=at).pk)
    assert (clock.kind, clock.since, clock.due) == ("take-up", at, None)


def test_what_is_passed_on_by_other_means_is_noted_with_its_paper() -> None:
    with pytest.raises(InvalidError):
        do(taken(), "transfer", inspector(), {"to": "", "summary": "x"})
    row = do(taken(), "transfer", inspector(), {"to": "", "summary": "x"}, documents=[PROOF])
    assert (row.state, row.dispatch, DispatchRow.objects.count()) == ("transferred", "", 0)
    assert row.due is not None
