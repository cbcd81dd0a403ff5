"""A request done at a real door from its page: shown, corrected, cancelled, each step in the person's own name."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shouze.registers.acting import Attached
from shouze.registers.letters.models import Letter
from shouze.registers.people.models import Person
from shouze.registers.requests.filing import ask_correction
from shouze.registers.requests.models import Request
from shouze.registers.roles import Role
from shouze.registers.rows import Event
from tests.desk.test_counter import EMAIL, leaves, subject
from tests.registers.house import Opened, do, officer, person, signed_in
from tests.registers.requests.scene import asked

pytestmark = [pytest.mark.django_db(transaction=True)]
__all__ = ["subject"]


def clerk() -> Client:
    return signed_in(person("S-0042", Role.SERVICE, post="customer-service", site="HQ"), "en")


def known(subject: str, **changed: Any) -> tuple[Request, str]:
    row = do(asked(subject=subject, **changed), "identify", officer(), {"identity": "document", "identity_note": ""})
    return row, reverse("request-door", args=[row.number])


@pytest.mark.duty("A09-2-query")
def test_a_correction_takes_effect_at_the_door_from_the_page(opened: Opened, subject: str) -> None:
    browser = clerk()
    row, address = known(subject)
    page = browser.get(address).content.decode()
    assert "••••••" in page
    assert EMAIL not in page
    shown = browser.post(address, {"do": "show", "item": "email"}).content.decode()
    assert EMAIL in shown
    new = "new@example.invalid"
    browser.post(address, {"do": "correct", "correct-item": "email", "correct-value": new})
    assert new in browser.post(address, {"do": "show", "item": "email"}).content.decode()
    row.refresh_from_db()
    assert [(each["what"], each["of"]) for each in row.done] == [
        ("查看", "email"),
        ("更正", "email"),
        ("查看", "email"),
    ]
    corrected = [each for each in leaves(opened) if each.what.act == "correct"][-1]
    assert (corrected.who.id, corrected.where.site) == ("S-0042", "HQ")
    kept = str(list(Event.objects.values("changes"))) + str(Request.objects.values().get())
    assert EMAIL not in kept
    assert new not in kept


def wished(subject: str, value: str = "new@example.invalid") -> Request:
    """Ask for a correction as the portal does, with a proof."""
    proof = [Attached("enclosure-1.pdf", "application/pdf", b"%PDF-1.7 a proof")]
    number = ask_correction(subject, "cloud-drive", "provide-drive", "email", value, proof).number
    return Request.objects.get(number=number)


@pytest.mark.duty("A09-2-query")
def test_a_correction_is_done_as_it_was_asked_by_whoever_looked_at_the_letter(opened: Opened, subject: str) -> None:
    browser, row = clerk(), wished(subject)
    address = reverse("request-door", args=[row.number])
    letter = Letter.objects.get(register="requests", entry=row.pk, direction="in")
    assert "Open the letter first" in browser.get(address).content.decode()
    blind = browser.post(address, {"do": "as-asked"})
    assert (blind.status_code, "not looked at the letter" in blind.content.decode()) == (422, True)
    colleague = signed_in(person("S-0043", Role.SERVICE, post="customer-service", site="HQ"), "en")
    assert "new@example.invalid" in colleague.get(reverse("letter", args=[letter.number])).content.decode()
    assert browser.post(address, {"do": "as-asked"}).status_code == 422, "another's look is not one's own"
    browser.get(reverse("letter", args=[letter.number]))
    page = browser.get(address).content.decode()
    assert "as asked</button>" in page
    assert "new@example.invalid" not in page
    done = browser.post(address, {"do": "as-asked"}).content.decode()
    assert "Corrected as asked" in done
    assert "new@example.invalid" not in done
    assert "Now answer the user" in done
    assert browser.post(address, {"do": "as-asked"}).status_code == 422, "once"
    corrected = [each for each in leaves(opened) if each.what.act == "correct"][-1]
    assert (corrected.who.id, corrected.what.items) == ("S-0042", ("email",))
    assert Event.objects.get(register="requests", entry=row.pk, act="as-asked").by == Person.objects.get(
        username="S-0042"
    )
    assert "new@example.invalid" not in str(list(Event.objects.values())) + str(list(Request.objects.values()))
    assert "new@example.invalid" in browser.post(address, {"do": "show", "item": "email"}).content.decode()


def test_what_did_not_come_from_the_portal_is_not_corrected_as_asked(opened: Opened, subject: str) -> None:
    browser = clerk()
    _, address = known(subject)
    assert "as-asked" not in browser.get(address).content.decode()
    assert browser.post(address, {"do": "as-asked"}).status_code == 422


def test_whoever_the_door_refuses_corrects_nothing_as_asked(opened: Opened, subject: str) -> None:
    clerk()
    row = wished(subject)
    letter = Letter.objects.get(register="requests", entry=row.pk, direction="in")
    ungranted = signed_in(person("S-0077", Role.SERVICE, post="marketing"), "en")
    ungranted.get(reverse("letter", args=[letter.number]))
    answer = ungranted.post(reverse("request-door", args=[row.number]), {"do": "as-asked"})
    assert (answer.status_code, "(Art. 13(3))" in answer.content.decode()) == (403, True)
    row.refresh_from_db()
    assert row.done == []


@pytest.mark.duty("A09-4-cancel")
def test_a_cancellation_takes_effect_at_the_door_from_the_page(opened: Opened, subject: str) -> None:
    browser = clerk()
    row, address = known(subject, kind="cancellation")
    assert browser.post(address, {"do": "cancel"}).status_code == 422
    assert "ended for this user" in browser.post(address, {"do": "cancel", "cancel-sure": "on"}).content.decode()
    refused = browser.post(address, {"do": "show", "item": "email"})
    assert refused.status_code == 403
    assert "(Art. 9(4))" in refused.content.decode()
    row.refresh_from_db()
    assert [each["what"] for each in row.done] == ["注销"]


@pytest.mark.duty("A09-4-stop")
def test_consent_is_withdrawn_from_the_page(opened: Opened, subject: str) -> None:
    browser = clerk()
    _, address = known(subject, kind="withdrawal")
    page = browser.post(address, {"do": "withdraw", "purpose": "provide-drive"}).content.decode()
    assert "Consent is withdrawn" in page
    assert browser.post(address, {"do": "show", "item": "email"}).status_code == 403
    assert browser.post(address, {"do": "withdraw", "purpose": "nonsense"}).status_code == 404


def test_nothing_is_done_before_it_is_sure_who_asks_nor_by_who_has_no_part_in_it(opened: Opened, subject: str) -> None:
    row = asked(subject=subject)
    address = reverse("request-door", args=[row.number])
    assert clerk().get(address).status_code == 403
    do(row, "identify", officer(), {"identity": "document", "identity_note": ""})
    assert signed_in(person("S-0055", Role.AUDITOR)).get(address).status_code == 403
    ungranted = signed_in(person("S-0077", Role.SERVICE, post="marketing"), "en")
    answer = ungranted.post(address, {"do": "correct", "correct-item": "email", "correct-value": "x@example.invalid"})
    assert answer.status_code == 403
    assert "(Art. 13(3))" in answer.content.decode()
    assert Request.objects.get().done == []


@pytest.mark.duty("A12-15d")
def test_an_answer_goes_to_the_address_that_the_door_holds_opened_in_the_persons_name(
    opened: Opened, subject: str
) -> None:
    from tests.registers.complaints.scene import filed, letters, posted, sent

    clerk()
    who = Person.objects.get(username="S-0042")
    with posted() as box:
        complaint = filed(subject=subject, service="cloud-drive")
        answer = {"way": "held", "purpose": "provide-drive", "text": "已停止", "posted_number": "", "given_at": None}
        do(complaint, "answer", who, answer)
        (mail,) = sent(box)
    assert mail["to"] == EMAIL
    use = [each for each in leaves(opened) if each.what.act == "use"][-1]
    assert (use.who.id, use.what.items) == ("S-0042", ("email",))
    complaint.refresh_from_db()
    assert complaint.state == "answered"
    assert EMAIL.encode() not in bytes(letters(complaint, "answer")[0].sealed)
