"""E-mail taken in: once, filed where it belongs or left for a person; machines are never answered."""

from __future__ import annotations

from typing import Any

import pytest

from shouze.registers.complaints.models import Complaint
from shouze.registers.letters.intake import take_in
from shouze.registers.letters.models import Letter
from shouze.registers.letters.sealing import read
from shouze.registers.rows import Clock, Event
from tests.registers.complaints.conftest import at
from tests.registers.complaints.scene import BOX, REACHED, At, answered, filed, letters, posted, sent
from tests.registers.house import do, kept, officer
from tests.registers.letters.mails import SENDER, bounce_of, mail

pytestmark = pytest.mark.django_db
__all__ = ["at"]


def taken(message: Any) -> Letter:
    letter = take_in(message if isinstance(message, bytes) else message.as_bytes())
    assert letter is not None
    letter.refresh_from_db()
    return letter


@pytest.mark.duty("A12-accept")
def test_a_mail_is_a_complaint_with_number_clock_and_receipt_at_once(at: At) -> None:
    with posted() as box:
        letter = taken(mail())
        (receipt,) = sent(box)
    complaint = Complaint.objects.get()
    assert (letter.state, letter.about, complaint.source, complaint.matter) == (
        "filed",
        complaint.number,
        "e-mail",
        "unsorted",
    )
    assert (complaint.state, receipt["to"], receipt["auto-submitted"]) == ("open", SENDER, "auto-replied")
    assert receipt["in-reply-to"] == read(letter).message_id
    assert complaint.number in receipt["subject"]
    assert Clock.objects.filter(register="letters", kind="read", met=None, entry=letter.pk).exists()


def test_the_same_mail_is_taken_in_once(at: At) -> None:
    message = mail().as_bytes()
    assert take_in(message) is not None
    assert take_in(message) is None
    without = b"From: a@b.invalid\r\n\r\nno id\r\n"
    assert take_in(without) is not None
    assert take_in(without) is None
    assert Complaint.objects.count() == 2


def test_a_reply_is_filed_with_what_it_answers_whoever_sends_it(at: At) -> None:
    with posted() as box:
        taken(mail())
        (receipt,) = sent(box)
    complaint = Complaint.objects.get()
    letter = taken(mail("补充材料", sender="other@example.invalid", In_Reply_To=receipt["message-id"]))
    assert (letter.state, letter.about) == ("filed", complaint.number)
    assert Complaint.objects.count() == 1


def test_a_number_in_the_subject_is_believed_from_an_address_that_the_complaint_knows(at: At) -> None:
    complaint = filed(**REACHED)
    known = taken(mail("补充", subject=f"Re: [{complaint.number}] 投诉"))
    assert (known.state, known.about) == ("filed", complaint.number)
    stranger = taken(mail("补充", sender="mallory@example.invalid", subject=f"Re: {complaint.number}"))
    assert (stranger.state, stranger.about, stranger.suggested) == ("new", "", complaint.number)
    assert Complaint.objects.count() == 1
    do(stranger, "attach", officer(), {"number": complaint.number.lower()})
    assert [each.about for each in Letter.objects.filter(state="filed", direction="in")] == [complaint.number] * 3


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}])
def test_machines_mail_is_kept_and_answered_by_nobody(at: At, headers: dict[str, str]) -> None:
    with posted() as box:
        assert taken(mail(**headers)).state == "automatic"
        assert sent(box) == []
    assert not Complaint.objects.exists()


def test_our_own_mail_coming_back_makes_no_loop(at: At) -> None:
    with posted() as box:
        assert taken(mail(sender=BOX)).state == "automatic"
        taken(mail())
        (receipt,) = sent(box)
        vacation = taken(mail("我在休假", Auto_Submitted="auto-replied", In_Reply_To=receipt["message-id"]))
        assert (vacation.state, vacation.about) == ("automatic", Complaint.objects.get().number)
        assert sent(box) == []


def test_what_a_filter_called_spam_is_left_for_a_person(at: At) -> None:
    with posted() as box:
        letter = taken(mail(X_Spam_Flag="YES"))
        assert sent(box) == []
    assert (letter.state, Complaint.objects.count()) == ("new", 0)
    assert Clock.objects.get(register="letters", entry=letter.pk).kind == "sort"
    do(letter, "complain", officer())
    letter.refresh_from_db()
    assert (letter.state, Complaint.objects.get().number) == ("filed", letter.about)


def test_spam_ends_after_thirty_days(at: At) -> None:
    letter = do(taken(mail(X_Spam_Flag="YES")), "spam", officer())
    at.move(days=31)
    kept()
    letter.refresh_from_db()
    assert (letter.erased_at, bytes(letter.sealed)) == (at(), b"")


def test_a_flood_from_one_address_waits_for_a_person(at: At) -> None:
    with posted() as box:
        found = [taken(mail(f"第 {n} 封")) for n in range(12)]
        assert len(sent(box)) == 10
    assert [each.state for each in found] == ["filed"] * 10 + ["new"] * 2


@pytest.mark.duty("A12-15d")
def test_an_answer_that_comes_back_was_none(at: At) -> None:
    with posted() as box:
        complaint = filed(**REACHED)
        sent(box)
        answered(complaint, way="e-mail")
        (answer,) = sent(box)
        complaint.refresh_from_db()
        assert complaint.state == "answered"
        bounce = taken(bounce_of(answer["message-id"]))
        assert sent(box) == []
    complaint.refresh_from_db()
    assert (bounce.state, letters(complaint, "answer")[0].state) == ("bounce", "bounced")
    assert (complaint.state, complaint.proof, complaint.answered_at) == ("open", "bounced", None)
    assert Clock.objects.get(register="complaints", entry=complaint.pk, kind="answer").met is None
    assert answered(complaint, way="letter", posted_number="X1").state == "answered"


def test_a_bounce_of_nothing_of_ours_changes_nothing(at: At) -> None:
    complaint = answered(filed(**REACHED))
    assert taken(bounce_of("<other@place.invalid>")).about == ""
    complaint.refresh_from_db()
    assert complaint.state == "answered"


def test_what_a_mail_says_is_in_no_event(at: At) -> None:
    taken(mail("我叫张三"))
    told = str(list(Event.objects.values_list("changes", "reason")))
    assert "张三" not in told
    assert SENDER not in told
