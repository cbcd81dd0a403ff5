"""Complaints: number and clock at once, answered in time or late, refused, withdrawn, reopened; nothing in clear."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.complaints.models import Complaint, Term
from shouze.registers.complaints.register import REGISTER
from shouze.registers.describing import Alert
from shouze.registers.entitling import may_see
from shouze.registers.letters.models import Enclosure, Letter, Party
from shouze.registers.letters.sealing import enclosed, reach_of, read
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Delivery, Document, Event
from tests.registers.complaints.scene import (
    BOX,
    REACHED,
    STORY,
    SUBJECT,
    WRITTEN,
    At,
    answered,
    filed,
    letters,
    noon,
    posted,
    sent,
)
from tests.registers.house import do, kept, officer, person, signed_in

pytestmark = pytest.mark.django_db


def clock(complaint: Complaint, kind: str = "answer") -> Clock:
    return Clock.objects.get(register="complaints", entry=complaint.pk, kind=kind)


@pytest.mark.duty("A12-accept", "A12-15d")
def test_a_complaint_has_its_number_and_its_clock_at_once(at: At) -> None:
    complaint = filed()
    assert complaint.number == "CP-2026-0001"
    running = clock(complaint)
    assert (running.since, running.duty) == (complaint.received_at, "A12-15d")
    assert timezone.localtime(running.due).isoformat() == "2026-03-17T23:59:59.999999+08:00"
    assert Term.objects.get().due == running.due


def test_whoever_types_it_in_has_read_it_and_what_came_from_the_portal_waits_for_a_reader(at: At) -> None:
    typed = filed()
    assert letters(typed, "matter")[0].read_at == at()
    [owed] = [each.kind for each in Clock.objects.filter(number=typed.number).exclude(kind="handle")]
    assert owed == "answer"
    assert not Clock.objects.filter(register="letters", met=None).exists()


@pytest.mark.duty("A12-15d")
def test_it_is_answered_in_time_up_to_the_last_moment_of_the_last_day(at: At) -> None:
    in_time, late = filed(), filed()
    at.moment = complaint_due = in_time.due  # type: ignore[assignment]  # it has one
    assert answered(in_time).late is False
    at.move(microseconds=1)
    done = answered(late)
    assert (done.state, done.late, done.breached_at) == ("answered", True, complaint_due)
    assert "answered late" in REGISTER.notes(done, at())[0].en
    assert set(Term.objects.values_list("late", flat=True)) == {False, True}


@pytest.mark.duty("A12-15d")
def test_answering_is_the_duty_and_resolving_is_beside_it(at: At) -> None:
    complaint = answered(filed())
    assert clock(complaint).met == complaint.answered_at
    handling = clock(complaint, "handle")
    assert (handling.met, handling.duty, timezone.localtime(handling.due).date().isoformat()) == (
        None,
        "",
        "2026-03-23",
    )
    complaint = do(complaint, "resolve", officer(), {"resolution": "upheld"})
    assert clock(complaint, "handle").met == complaint.resolved_at


@pytest.mark.duty("A12-15d")
def test_an_overdue_complaint_is_a_breach_and_stays_one_when_it_is_answered_and_reopened(at: At) -> None:
    complaint = filed()
    at.move(days=16)
    kept()
    complaint.refresh_from_db()
    assert (complaint.late, complaint.breached_at) == (True, complaint.due)
    assert "A12-15d" in REGISTER.notes(complaint, at())[0].en
    assert isinstance(REGISTER.notes(complaint, at())[0], Alert), "a breach does not look like the row's good state"
    assert Event.objects.filter(register="complaints", act="breached", by=None, duty="A12-15d").count() == 1
    kept()
    assert Event.objects.filter(register="complaints", act="breached").count() == 1
    complaint = do(answered(complaint), "reopen", officer(), {}, reason="用户不满意")
    assert (complaint.state, complaint.late, complaint.received_at) == ("open", False, at())
    assert [(each.place, each.late) for each in Term.objects.order_by("place")] == [(0, True), (1, False)]
    first, second = clock(complaint, "answer-0"), clock(complaint)
    assert first.met is not None
    assert first.due is not None
    assert first.met > first.due
    assert second.due == complaint.due != first.due


def test_it_warns_and_is_passed_up_at_the_shares_that_are_stated(at: At) -> None:
    officer()
    who = person("S-0031", Role.SERVICE, email="s31@operator.invalid")
    with posted():
        complaint = do(filed(), "assign", officer(), {"assigned": who})
        at.move(days=9, hours=8)
        kept()
        complaint.refresh_from_db()
        assert (complaint.warned_at, complaint.escalated_at) == (at(), None)
        assert [(each.to, complaint.number in each.body) for each in Delivery.objects.all()] == [(who.email, True)]
        at.move(days=4)
        kept()
    complaint.refresh_from_db()
    assert complaint.escalated_at == at()
    passed_up = clock(complaint, "escalated")
    assert (passed_up.roles, passed_up.due) == (",officer,security,", complaint.due)
    assert not Clock.objects.filter(entry=answered(complaint).pk, register="complaints", kind="escalated").exists()


def test_nothing_that_was_written_and_no_way_to_reach_anybody_lies_in_clear(at: At) -> None:
    complaint = answered(filed(**REACHED), text="李四您好，已删除")
    with connection.cursor() as cursor:
        tables = [each for each in connection.introspection.table_names() if not each.startswith("django")]
        everything = b""
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            everything += repr(cursor.fetchall()).encode("unicode_escape").decode().encode()
    for word in ("张三", "李四", "lisi@example", "13900000000", "已删除"):
        assert word.encode("unicode_escape").decode().encode() not in everything
        assert word.encode() not in everything
    assert read(letters(complaint, "matter")[0]).text == STORY
    assert reach_of(Party.objects.get()).email == "lisi@example.invalid"


@pytest.mark.duty("A12-accept")
def test_a_receipt_is_mailed_at_once_to_whoever_left_an_address(at: At) -> None:
    with posted() as box:
        complaint = filed(**REACHED)
        filed()
        (mail,) = sent(box)
    assert (mail["to"], mail["from"], mail["auto-submitted"]) == ("lisi@example.invalid", BOX, "auto-replied")
    assert complaint.number in mail["subject"]
    assert "2026-03-17" in mail.get_content()
    assert letters(complaint, "receipt")[0].state == "sent"


@pytest.mark.duty("A12-15d")
def test_an_answer_by_mail_counts_when_the_server_took_it(at: At) -> None:
    with posted() as box:
        complaint = filed(**REACHED)
        sent(box)
        complaint = answered(complaint, way="e-mail")
        assert (complaint.state, complaint.proof, clock(complaint).met) == ("open", "waiting", None)
        at.move(hours=1)
        (mail,) = sent(box)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.proof, complaint.answered_at) == ("answered", "accepted", at())
    assert "已停止提供" in mail.get_content()
    assert mail["auto-submitted"] is None
    assert Term.objects.get().took == 3600


@pytest.mark.duty("A12-15d")
def test_an_answer_that_no_server_takes_leaves_the_clock_running(at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    complaint = answered(filed(**REACHED), way="e-mail")
    kept()
    complaint.refresh_from_db()
    (waiting,) = letters(complaint, "answer")
    assert (waiting.state, waiting.problem, complaint.answered_at) == ("waiting", "no-mail-server", None)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"way": "letter"}, "posted_number"),
        ({"way": "e-mail"}, "way"),
        ({"way": "held"}, "purpose"),
        ({"way": "phone", "given_at": noon("2026-03-01")}, "given_at"),
        ({"way": "phone", "given_at": noon("2026-03-03")}, "given_at"),
    ],
)
def test_an_answer_needs_a_way_and_its_proof(at: At, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        answered(filed(), **values)
    assert caught.value.field == field
    assert Complaint.objects.get().answered_at is None


def test_a_posted_answer_has_its_number_and_may_be_noted_later(at: At) -> None:
    complaint = filed()
    posted_at = at.move(days=14)
    at.move(days=5)
    complaint = answered(complaint, way="letter", posted_number="XA12345678CN", given_at=posted_at)
    assert (complaint.proof, complaint.late, complaint.answered_at) == ("posted", False, posted_at)


@pytest.mark.duty("A12-accept")
def test_refusing_tells_why_by_the_same_clock(at: At) -> None:
    given = {"refused_because": "not-ours", "way": "phone", "text": "这不是我们的业务", "given_at": None}
    complaint = do(filed(), "refuse", officer(), given)
    assert (complaint.state, clock(complaint).met, complaint.ended_at) == ("refused", at(), at())
    assert letters(complaint, "refusal")[0].direction == "out"
    with pytest.raises(NotYoursError):
        do(filed(), "refuse", person("S-9", Role.SERVICE), given)


def test_an_interim_notice_answers_nothing(at: At) -> None:
    complaint = do(filed(), "interim", officer(), {"way": "phone", "text": "正在核查", "posted_number": ""})
    assert (complaint.state, complaint.way, clock(complaint).met) == ("open", "", None)
    assert letters(complaint, "interim")


def test_a_withdrawn_complaint_is_owed_nothing_more_and_can_be_reopened(at: At) -> None:
    complaint = do(filed(), "withdraw", officer(), {})
    assert not Clock.objects.filter(register="complaints", met=None).exists()
    assert Term.objects.get().ended_at == at()
    assert do(complaint, "reopen", officer(), {}, reason="误撤").state == "open"


def test_several_complain_of_the_same(at: At) -> None:
    complaint = do(filed(), "join", officer(), REACHED | {"reach_address": ""})
    assert [(each.subject, reach_of(each).name) for each in Party.objects.order_by("id")] == [
        (SUBJECT, ""),
        ("", "李四"),
    ]
    with pytest.raises(InvalidError, match="does not say who"):
        do(complaint, "join", officer(), {"subject": ""})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"subject": "13900000000"}, "subject"),
        ({"records_told": "seventeen"}, "records_told"),
        ({"received_at": noon("2026-03-03")}, "received_at"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(at: At, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        filed(**values)
    assert caught.value.field == field
    assert "13900000000" not in str(caught.value)


def test_what_was_written_ends_when_its_time_is_over_and_the_row_stays(at: At) -> None:
    complaint = do(answered(filed(**REACHED)), "resolve", officer(), {"resolution": "upheld"})
    at.move(days=1095)
    kept()
    assert read(letters(complaint, "matter")[0]).text == STORY
    at.move(days=2)
    kept()
    complaint.refresh_from_db()
    assert complaint.erased_at == at()
    assert {bytes(each.sealed) for each in letters(complaint, "matter")} == {b""}
    assert reach_of(Party.objects.get()).email == ""
    assert Term.objects.get().took is not None


@pytest.mark.parametrize(
    ("role", "seen", "files"),
    [(Role.OFFICER, True, True), (Role.SECURITY, True, True), (Role.SERVICE, True, True), (Role.APPROVER, True, False),
     (Role.AUDITOR, True, False), (Role.AGENT, False, False), (Role.ADMINISTRATOR, False, False)],
)  # fmt: skip
def test_complaints_are_entered_by_who_serves_and_seen_by_who_oversees(
    at: At, role: Role, seen: bool, files: bool
) -> None:
    who = person("S-8", role)
    assert may_see(REGISTER, who) is seen
    complaint = filed()
    sorted_ = {"matter": "leaked", "service": "", "records_told": ""}
    if files:
        assert do(complaint, "sort", who, sorted_).title == "泄露、出售"
        return
    with pytest.raises(NotYoursError):
        do(complaint, "sort", who, sorted_)


def test_a_list_of_complaints_takes_a_dozen_queries(at: At, django_assert_max_num_queries: Any) -> None:
    who = officer()
    Complaint.objects.bulk_create(
        Complaint(number=f"X-{n}", title="某", state="open", source="phone", matter="other", received_at=at(), due=at(),
                  assigned=who, counting="calendar-15")
        for n in range(120)
    )  # fmt: skip
    browser = signed_in(who)
    with django_assert_max_num_queries(12):
        assert browser.get("/r/complaints/?state=open").status_code == 200


def test_an_answer_in_time_whose_note_came_late_is_no_breach(at: At) -> None:
    complaint = filed()
    given_at = at.move(days=10)
    at.move(days=10)
    kept()
    complaint = answered(Complaint.objects.get(), given_at=given_at)
    assert (complaint.late, complaint.breached_at) == (False, None)
    assert at() - given_at == timedelta(days=10)


def test_what_is_attached_lies_sealed_and_the_history_has_its_digest(at: At) -> None:
    scan = Attached("扫描件.pdf", "application/pdf", b"%PDF a letter of somebody")
    complaint: Complaint = acting.make(REGISTER, officer(), Asked(WRITTEN | {"received_at": at()}, documents=[scan]))
    do(complaint, "withdraw", officer(), {}, documents=[scan])
    assert not Document.objects.exists()
    assert [enclosed(each) for each in Enclosure.objects.all()] == [scan.content] * 2
    assert [each.kind for each in Letter.objects.order_by("id")] == ["matter", "proof"]
    assert read(Letter.objects.get(kind="proof")).names == (("扫描件.pdf", "application/pdf"),)


def test_what_is_attached_to_an_answer_goes_with_its_mail(at: At) -> None:
    with posted() as box:
        complaint = filed(**REACHED)
        sent(box)
        given = {"way": "e-mail", "text": "见附件", "posted_number": "", "given_at": None, "purpose": ""}
        do(complaint, "answer", officer(), given, documents=[Attached("说明.txt", "text/plain", "已删除".encode())])
        (mail,) = sent(box)
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_payload(decode=True)) == ("说明.txt", "已删除".encode())


def test_an_overdue_complaint_is_a_breach_as_soon_as_somebody_looks(at: At) -> None:
    complaint = filed()
    at.move(days=16)
    page = signed_in(officer(), "en").get(f"/r/complaints/{complaint.number}/").content.decode()
    complaint.refresh_from_db()
    assert complaint.late is True
    assert "Overdue since" in page
