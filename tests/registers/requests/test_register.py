"""Requests of users: identity first, a clock from receipt, outcome with reasons; nothing in clear."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.entitling import may_see
from shouze.registers.letters.sealing import read
from shouze.registers.requests.models import Request
from shouze.registers.requests.register import REGISTER
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Event
from tests.registers.complaints.conftest import at
from tests.registers.complaints.scene import At, letters, posted, sent
from tests.registers.house import do, kept, officer, person, signed_in
from tests.registers.letters.mails import bounce_of
from tests.registers.letters.test_intake import taken
from tests.registers.requests.scene import SUBJECT, answered, asked, identified

pytestmark = pytest.mark.django_db
__all__ = ["at"]


def clock(row: Request) -> Clock:
    return Clock.objects.get(register="requests", entry=row.pk, kind="answer")


@pytest.mark.duty("A09-2-query")
def test_a_request_is_owed_within_thirty_days_of_its_receipt(at: At) -> None:
    row = asked()
    assert row.number == "RQ-2026-0001"
    assert timezone.localtime(clock(row).due).date().isoformat() == "2026-04-01"
    assert "30 calendar days" in REGISTER.notes(row, at())[0].en


@pytest.mark.duty("A09-4-cancel")
def test_the_clock_names_the_duty_of_what_is_asked(at: At) -> None:
    assert {kind: clock(asked(kind=kind)).duty for kind in ("enquiry", "cancellation", "withdrawal")} == {
        "enquiry": "A09-2-query", "cancellation": "A09-4-cancel", "withdrawal": "A09-1-consent",
    }  # fmt: skip


def test_nothing_is_answered_before_it_is_sure_who_asks(at: At) -> None:
    row = asked()
    with pytest.raises(InvalidError, match="not made sure who asks"):
        answered(row)
    row = do(row, "identify", officer(), {"identity": "document", "identity_note": "窗口 3"})
    row = answered(row)
    assert (row.state, row.outcome, clock(row).met) == ("answered", "granted", at())


def test_evidence_of_identity_holds_no_number_of_a_document(at: At) -> None:
    with pytest.raises(InvalidError) as caught:
        do(asked(), "identify", officer(), {"identity": "document", "identity_note": "110101199003070000"})
    assert caught.value.field == "identity_note"
    assert "110101" not in str(caught.value)


@pytest.mark.duty("A09-2-query")
def test_what_is_not_done_is_told_with_its_reason_without_identity(at: At) -> None:
    given = {"refused_because": "unidentified", "way": "letter", "posted_number": "XB1", "text": "请补充材料"}
    row = do(asked(), "refuse", officer(), given)
    assert (row.state, row.outcome, row.refused_because) == ("refused", "refused", "unidentified")
    assert read(letters(row, "refusal")[0]).text == "请补充材料"
    with pytest.raises(NotYoursError):
        do(asked(), "refuse", person("S-9", Role.SERVICE), given)


def test_an_answer_by_mail_counts_when_it_was_taken_and_not_when_it_came_back(at: At) -> None:
    with posted() as box:
        row = identified(reach_email="wang@example.invalid")
        assert [each["to"] for each in sent(box)] == ["wang@example.invalid"]
        row = answered(row, way="e-mail")
        assert row.state == "open"
        (mail,) = sent(box)
        row.refresh_from_db()
        assert (row.state, row.proof) == ("answered", "accepted")
        taken(bounce_of(mail["message-id"]))
    row.refresh_from_db()
    assert (row.state, row.proof, clock(row).met) == ("open", "bounced", None)


def test_an_overdue_request_says_so_once(at: At) -> None:
    row = asked()
    at.move(days=31)
    kept()
    kept()
    row.refresh_from_db()
    assert (row.late, REGISTER.notes(row, at())[0].en) == (True, "Overdue")
    assert Event.objects.filter(register="requests", act="breached").count() == 1


def test_what_a_user_wrote_and_their_id_are_in_no_history(at: At) -> None:
    row = answered(identified())
    told = str(list(Event.objects.filter(entry=row.pk).values_list("changes", "reason")))
    assert "邮箱换了" not in told
    assert SUBJECT not in told


@pytest.mark.parametrize(
    ("role", "seen", "acts"),
    [(Role.OFFICER, True, True), (Role.SECURITY, True, True), (Role.SERVICE, True, True), (Role.APPROVER, True, False),
     (Role.AUDITOR, True, False), (Role.AGENT, False, False), (Role.ADMINISTRATOR, False, False)],
)  # fmt: skip
def test_requests_are_dealt_with_by_who_serves(at: At, role: Role, seen: bool, acts: bool) -> None:
    who, row = person("S-8", role), asked()
    assert may_see(REGISTER, who) is seen
    if acts:
        assert do(row, "identify", who, {"identity": "letter", "identity_note": ""}).identified_at == at()
        return
    with pytest.raises(NotYoursError):
        do(row, "identify", who, {"identity": "letter", "identity_note": ""})


def test_a_list_of_requests_takes_a_dozen_queries(at: At, django_assert_max_num_queries: Any) -> None:
    who = officer()
    Request.objects.bulk_create(
        Request(number=f"X-{n}", title="某", state="open", kind="enquiry", source="phone", service="mobile",
                subject=SUBJECT, received_at=at(), due=at(), assigned=who, counting="calendar-30")
        for n in range(120)
    )  # fmt: skip
    browser = signed_in(who)
    with django_assert_max_num_queries(12):
        assert browser.get("/r/requests/").status_code == 200
