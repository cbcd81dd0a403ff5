"""Pages of letters: opened by who answers, each look recorded; receipts; answers begun from a template."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from shouze.registers.acting import Attached
from shouze.registers.complaints import filing
from shouze.registers.complaints.models import Complaint
from shouze.registers.letters.models import Letter
from shouze.registers.letters.sealing import end, read
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Event
from tests.registers.answers.test_register import template
from tests.registers.complaints.scene import STORY, SUBJECT, filed, letters
from tests.registers.house import officer, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A13-6-oplog")
def test_a_letter_is_opened_on_its_own_page_and_who_looked_is_recorded() -> None:
    (letter,) = letters(filed(), "matter")
    browser = signed_in(officer(), "en")
    row = browser.get(f"/r/letters/{letter.number}/").content.decode()
    assert STORY not in row
    answer = browser.get(reverse("letter", args=[letter.number]))
    assert STORY in answer.content.decode()
    assert answer.headers["cache-control"] == "no-store"
    look = Event.objects.get(register="letters", act="looked")
    assert look.by == officer()
    letter.refresh_from_db()
    assert letter.read_at is not None


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SERVICE, 200), (Role.SECURITY, 200), (Role.APPROVER, 403), (Role.AUDITOR, 403), (Role.AGENT, 403),
     (Role.ADMINISTRATOR, 403)],
)  # fmt: skip
def test_letters_are_opened_by_those_who_answer_them(role: Role, status: int) -> None:
    filing.file(SUBJECT, "leaked", "", STORY, [Attached("截图.png", "image/png", b"\x89PNG")])
    complaint, letter = Complaint.objects.get(), Letter.objects.get(kind="matter")
    browser = signed_in(person("S-8", role))
    assert browser.get(reverse("letter", args=[letter.number])).status_code == status
    assert browser.get(reverse("letter-file", args=[letter.number, 0])).status_code == status
    assert browser.get(reverse("complaint-receipt", args=[complaint.number])).status_code == status
    assert browser.get(reverse("complaint-answer", args=[complaint.number])).status_code == status


@pytest.mark.duty("A13-6-oplog")
def test_what_was_enclosed_is_given_as_a_file_and_who_took_it_is_recorded() -> None:
    filing.file(SUBJECT, "leaked", "", "见附件", [Attached("截图.png", "image/png", b"\x89PNG")])
    letter = Letter.objects.get(kind="matter")
    browser = signed_in(officer())
    assert "截图.png" in browser.get(reverse("letter", args=[letter.number])).content.decode()
    answer = browser.get(reverse("letter-file", args=[letter.number, 0]))
    assert (answer.content, answer.headers["content-type"]) == (b"\x89PNG", "application/octet-stream")
    assert answer.headers["content-disposition"].startswith("attachment")
    looks = Event.objects.filter(register="letters", act="looked")
    assert [each.by for each in looks] == [officer()] * 2, "the page and the file are a look each"
    assert browser.get(reverse("letter-file", args=[letter.number, 1])).status_code == 404


def test_an_ended_letter_opens_for_nobody() -> None:
    (letter,) = letters(filed(), "matter")
    end([letter], GIVEN.now())
    assert signed_in(officer()).get(reverse("letter", args=[letter.number])).status_code == 410


@pytest.mark.duty("A12-accept")
def test_a_receipt_says_number_deadline_and_how_it_is_counted() -> None:
    complaint = filed()
    page = signed_in(officer(), "en").get(reverse("complaint-receipt", args=[complaint.number])).content.decode()
    assert complaint.number in page
    assert "15 calendar days" in page
    assert STORY not in page


def test_an_answer_begins_from_a_template_and_says_which_it_used() -> None:
    row, complaint = template(), filed()
    browser = signed_in(officer())
    address = reverse("complaint-answer", args=[complaint.number])
    assert browser.get(f"/r/complaints/{complaint.number}/answer").headers["location"] == address
    page = browser.get(f"{address}?template={row.number}&words=both").content.decode()
    assert f"编号 {complaint.number}：已停止。" in page
    assert f"{complaint.number}: it has stopped." in page
    given: dict[str, Any] = {"way": "phone", "text": "已停止。", "version": complaint.version}
    assert browser.post(f"{address}?template={row.number}", given).status_code == 302
    (answer,) = letters(complaint, "answer")
    assert (answer.template, answer.edition, read(answer).text) == (row.number, 1, "已停止。")
    assert Complaint.objects.get().state == "answered"
    assert browser.get(address).status_code == 403


def test_a_wrong_answer_is_said_at_its_field() -> None:
    complaint = filed()
    browser = signed_in(officer(), "en")
    answer = browser.post(reverse("complaint-answer", args=[complaint.number]), {"way": "letter", "text": "?"})
    assert answer.status_code == 422
    assert "The posted letter&#x27;s number is missing" in answer.content.decode()
