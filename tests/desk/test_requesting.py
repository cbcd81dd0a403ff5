"""A request done at a real door from its page: shown, corrected, cancelled, each step in the person's own name."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

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
    from shouze.registers.people.models import Person

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
