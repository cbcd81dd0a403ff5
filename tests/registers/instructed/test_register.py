"""An operator under an instruction: its clocks, its reports, and what is said where something is lacking."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from shouze.errors import InvalidError
from shouze.link.dispatch import unverified
from shouze.link.kinds import Instruction as Body
from shouze.link.kinds import InstructionReport
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.instructed import papers
from shouze.registers.instructed.following import note_overdue
from shouze.registers.instructed.models import Instructed
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Document
from shouze.reports.report import said as in_words
from tests.registers.house import do, person, signed_in
from tests.registers.instructions.scene import operator, served, signed
from tests.registers.issued.scene import record
from tests.registers.parties import Other, later
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


def clocks(row: Instructed) -> dict[str, object]:
    return dict(Clock.objects.filter(register="instructed", entry=row.pk, met=None).values_list("kind", "due"))


def said(row: Instructed, other: Other, stage: str, sequence: int, done: str = "") -> Instructed:
    body = InstructionReport(order=row.document, stage=stage, done=done, at=GIVEN.now())  # type: ignore[arg-type]  # one of two words
    other.send("instruction-report", body, matter=row.instruction.number, sequence=sequence)
    row.refresh_from_db()
    return row


@pytest.mark.duty("A13-8-other")
def test_it_is_acknowledged_reported_and_found_fulfilled(other: Other) -> None:
    row = served(other)
    assert clocks(row) == {"acknowledge": row.acknowledge_by, "fulfil": row.due}
    row = said(row, other, "acknowledged", 1)
    assert (row.state, clocks(row)) == ("acknowledged", {"fulfil": row.due})
    row = said(row, other, "fulfilled", 2, "已清理")
    assert (row.state, row.says, row.late, clocks(row)) == ("reported", "已清理", False, {"check": None})
    row = do(row, "accept", inspector())
    assert (row.state, clocks(row)) == ("fulfilled", {})


def test_what_is_lacking_goes_back_with_a_term_of_its_own(other: Other) -> None:
    row = said(served(other), other, "fulfilled", 1, "已清理")
    until = GIVEN.now() + timedelta(days=45)
    row = do(row, "ask-again", inspector(), {"until": until}, reason="缺少清单")
    sent = DispatchRow.objects.filter(kind="instruction").order_by("-pk")[0]
    told = unverified(sent.signed)
    assert told is not None
    assert isinstance(told.body, Body)
    assert (told.body.again, told.body.due, row.state, row.due) == ("缺少清单", until, "acknowledged", until)


@pytest.mark.parametrize(("days", "state"), [(4, "served"), (6, "overdue"), (31, "overdue")])
def test_who_is_late_is_overdue_by_either_term(other: Other, days: int, state: str) -> None:
    row = served(other)
    note_overdue(GIVEN.now() + timedelta(days=days))
    row.refresh_from_db()
    assert row.state == state


def test_a_late_report_is_taken_and_says_that_it_was_late(other: Other) -> None:
    row = served(other)
    with later(timedelta(days=31)):
        note_overdue(GIVEN.now())
        row = said(row, other, "fulfilled", 1, "已清理")
    assert (row.state, row.late) == ("reported", True)


def test_no_operator_reports_for_another(other: Other) -> None:
    row = served(other)
    another = Other(party="shouze.localhost/another")
    another.trusted("operator", number="L-2")
    said(row, another, "fulfilled", 1)
    assert row.state == "served"
    assert DispatchRow.objects.get(kind="instruction-report").state == "stuck"


def test_where_no_dispatches_go_it_is_served_and_followed_by_hand() -> None:
    operator()
    signed()
    row = Instructed.objects.get()
    assert (row.state, clocks(row)) == ("unserved", {"serve": row.due})
    row = do(row, "serve", inspector(), record())
    row = do(row, "acknowledged", inspector(), {"at": None})
    row = do(row, "reported", inspector(), {"says": "书面报告", "at": None})
    assert row.state == "reported"


def test_a_reminder_is_a_letter_in_the_same_matter(other: Other) -> None:
    row = do(served(other), "remind", inspector(), {"words": ""})
    letter = DispatchRow.objects.get(kind="letter")
    assert (letter.matter, letter.sequence, row.reminded_at is not None) == (row.instruction.number, 2, True)


def test_a_head_excuses_whom_it_does_not_fit(other: Other) -> None:
    row = do(served(other), "excuse", head(), reason="无此业务")
    assert row.state == "excused"
    assert DispatchRow.objects.filter(kind="lifting").exists()


def test_proofs_stay_with_the_report(other: Other) -> None:
    row = do(said(served(other), other, "acknowledged", 1), "reported", inspector(), {"says": "x", "at": None},
             documents=[])  # fmt: skip
    assert not Document.objects.filter(event__register="instructed", event__entry=row.pk).exists()


@pytest.mark.parametrize(
    ("role", "sees", "follows", "excuses"),
    [
        (Role.INSPECTOR, True, True, False), (Role.HEAD, True, True, True), (Role.AUDITOR, True, False, False),
        (Role.MINISTRY, True, False, False), (Role.OFFICER, False, False, False),
        (Role.PUBLISHER, False, False, False), (Role.ASSOCIATION, False, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(other: Other, role: Role, *, sees: bool, follows: bool, excuses: bool) -> None:
    row, browser = served(other), signed_in(person("C-9", role))
    assert browser.get(reverse("row", args=["instructed", row.number])).status_code == (200 if sees else 403)
    assert browser.get("/r/instructed/new").status_code == 403
    for act, may in (("acknowledged", follows), ("reported", follows), ("remind", follows), ("excuse", excuses),
                     ("lifted", False)):  # fmt: skip
        assert browser.get(reverse("act", args=["instructed", row.number, act])).status_code == (200 if may else 403)


def test_an_instruction_is_printed_for_whoever_gets_no_dispatch() -> None:
    operator()
    signed()
    row = Instructed.objects.get()
    told = str(in_words(papers.letter(row, GIVEN.now()), "zh"))
    assert all(each in told for each in (row.number, row.document, row.title, "seal"))
    assert "signing" in str(in_words(papers.service_record(row, GIVEN.now()), "zh"))
    with pytest.raises(InvalidError):
        do(row, "serve", inspector(), record(received_by=""))


@pytest.mark.parametrize(
    ("role", "reads", "serves"),
    [(Role.INSPECTOR, True, True), (Role.AUDITOR, True, False), (Role.MINISTRY, True, False)],
)
def test_who_prints_it_and_enters_its_service(role: Role, *, reads: bool, serves: bool) -> None:
    operator()
    signed()
    row, browser = Instructed.objects.get(), signed_in(person("C-0099", role))
    for name in ("instruction", "instruction-service"):
        address = reverse("report", args=["instructed", row.number, name, "json"])
        assert browser.get(address).status_code == (200 if reads else 403), name
    opens = browser.get(reverse("act", args=["instructed", row.number, "serve"])).status_code
    assert opens == (200 if serves else 403)
