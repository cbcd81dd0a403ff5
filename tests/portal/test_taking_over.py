"""Whom staff cancelled at the desk: they get the link to the certificate, and the portal answers at it."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shouze.client import Assertions
from shouze.desk.models import Ended
from shouze.portal import certifying
from shouze.portal.models import Parting
from shouze.portal.ports import GIVEN as PORTAL
from shouze.registers.mailing import MailServer
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Delivery, Event
from shouze.rules.refusal import RefusedError
from shouze.wiring.desk import NAME
from tests.desk.mailbox import mailbox
from tests.desk.test_counter import POST
from tests.installation import CLERK, CRM, apply, ask, consents
from tests.portal.house import Portal, browser, is_signed, text
from tests.portal.house import signed_in as user_signed_in
from tests.portal.test_parted import fetched, looked, swept
from tests.registers.house import do, officer, person, signed_in
from tests.registers.requests.scene import asked


def clerk(language: str = "en") -> Client:
    found = signed_in(person("S-0042", Role.SERVICE, post="customer-service", site="HQ"), language)
    found.defaults["HTTP_HOST"] = "desk.localhost:8575"
    return found


def called(portal: Portal, at: Client, subject: str) -> str:
    """Find the user for a call and verify them; return the call's address."""
    found = {"channel": "visit", "served": "mobile/customer-service", "found_with": "id", "value": subject}
    answer = at.post(reverse("counter", urlconf="shouze.desk.urls"), found)
    assert answer.status_code == 302, text(answer)
    address = str(answer["location"])
    told = {"do": "compare", "compare-item": "phone", "compare-value": portal.phone}
    assert "caller is verified" in text(at.post(address, told))
    return address


def link_in(shown: str) -> str:
    """Return the link that a page of the desk shows."""
    found = re.search(r"<code>(http://portal\.localhost:8575/erasure#[^<]{43})</code>", shown)
    assert found is not None
    return html.unescape(found[1])


def cancelled(portal: Portal, subject: str = "") -> tuple[str, str]:
    """Cancel the user's service at the counter; return what the page says, and the secret of its link."""
    at = clerk()
    shown = text(at.post(called(portal, at, subject or portal.subscriber()), {"do": "cancel", "cancel-sure": "on"}))
    return shown, link_in(shown).partition("#")[2]


@pytest.fixture(autouse=True)
def _desk(portal: Portal, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the desk go by the installation's clock, which tests move, and send nothing."""
    settings.MAIL_SERVER = None
    assertions = Assertions(NAME, portal.opened.keys.signer(), now=portal.opened.clock.now)
    monkeypatch.setattr(GIVEN, "door", replace(portal.door, assertions=assertions))
    monkeypatch.setattr(GIVEN, "now", portal.opened.clock.now)


@pytest.mark.duty("A09-4-cancel")
def test_whoever_staff_cancelled_fetches_the_signed_certificate_by_the_link_they_were_handed(portal: Portal) -> None:
    subject = portal.subscriber()
    shown, secret = cancelled(portal, subject)
    assert "Print this page" in shown
    assert "<svg" in shown
    with pytest.raises(RefusedError):
        portal.opened.run(portal.opened.installation.door.release(CLERK, ask(subject, "name")))
    assert "All but what a law keeps is destroyed" in looked(secret)
    raw = fetched(secret)
    assert is_signed(raw)
    told = json.loads(raw)
    assert "address" in {each["item"] for each in told["destroyed"]}
    assert {each["item"] for each in told["kept"]} == {"name", "id-number", "phone"}
    assert {each["law"]["en"] for each in told["kept"]} == {"Cybersecurity Law, Article 24"}
    assert len(told["records"]["asked"]["leaf"]) == 64
    assert [each for each in (subject, *portal.person.values(), secret) if each in raw.decode()] == []
    assert "You can undo" not in looked(secret), "what staff ended at once is not undone by a link"


@pytest.mark.lasting
def test_a_request_for_cancellation_is_answered_with_a_link_too(portal: Portal) -> None:
    subject = portal.subscriber()
    row = asked(subject=subject, kind="cancellation", service="mobile", purpose="customer-service")
    do(row, "identify", officer(), {"identity": "document", "identity_note": ""})
    at = clerk("zh")
    address = reverse("request-door", args=[row.number], urlconf="shouze.desk.urls")
    assert "erasure#" not in text(at.post(address, {"do": "cancel"}))
    secret = link_in(text(at.post(address, {"do": "cancel", "cancel-sure": "on"}))).partition("#")[2]
    assert is_signed(fetched(secret))


def test_the_desk_keeps_the_digest_alone_and_forgets_it_once_the_portal_has_it(portal: Portal) -> None:
    _, secret = cancelled(portal)
    kept = str(list(Ended.objects.values())) + str(list(Event.objects.values())) + str(list(Delivery.objects.values()))
    assert secret not in kept
    assert [each for each in portal.person.values() if each in str(list(Ended.objects.values()))] == []
    assert Ended.objects.get().token == certifying.digest(secret)
    assert looked("x" * 43) != looked(secret)
    assert (Ended.objects.count(), Parting.objects.count()) == (0, 1)
    first = fetched(secret)
    assert first == fetched(secret)
    assert Parting.objects.count() == 1


@pytest.mark.lasting
def test_a_guessed_link_finds_nothing_and_is_answered_like_any_wrong_one(portal: Portal) -> None:
    _, secret = cancelled(portal)
    other = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    for guess in (other, certifying.digest(secret), "", Ended.objects.get().subject):
        answer = browser().post("/erasure", {"secret": guess})
        assert answer.status_code == 422
    assert Ended.objects.count() == 1
    for _ in range(40):
        answer = browser().post("/erasure", {"secret": "y" * 43})
    assert answer.status_code == 429


@pytest.mark.lasting
def test_a_link_serves_when_nobody_came_before_everything_was_gone(portal: Portal) -> None:
    subject = portal.subscriber()
    _, secret = cancelled(portal, subject)
    last = max(datetime.fromisoformat(each["due"]) for each in Ended.objects.get().held)
    swept(portal, last - PORTAL.now() + timedelta(days=1))
    assert "Everything is destroyed" in looked(secret)
    told = json.loads(fetched(secret))
    assert {each["item"] for each in told["destroyed"]} >= {"address", "name", "id-number", "phone"}
    assert subject not in str(Parting.objects.values().get())


@pytest.mark.lasting
def test_a_link_whose_time_is_over_serves_no_more(portal: Portal) -> None:
    _, secret = cancelled(portal)
    portal.opened.clock.move(Ended.objects.get().until - PORTAL.now() + timedelta(seconds=1))
    assert browser().post("/erasure", {"secret": secret}).status_code == 422


@pytest.mark.lasting
def test_whoever_can_still_sign_in_sees_it_among_their_services_and_gets_another_link(portal: Portal) -> None:
    subject = portal.subscriber()
    _, secret = cancelled(portal, subject)
    visitor = user_signed_in(subject)
    assert "/services/mobile/link" in text(visitor.get("/services"))
    assert "Keep this link" in text(visitor.post("/services/mobile/link"))
    assert browser().post("/erasure", {"secret": secret}).status_code == 422, "the one before serves no more"
    other = portal.subscriber({**portal.person, "phone": "13900001111", "id-number": "110101199003070038"})
    assert "/services/mobile/link" not in text(user_signed_in(other).get("/services"))


def email_of(portal: Portal) -> str:
    return f"{portal.phone}@example.invalid"


def drive(portal: Portal) -> str:
    """Make the user one of the other service, with an address for mail."""
    subject = portal.subscriber()
    given = consents("cloud-drive", {"provide-drive": ("phone", "email")})
    wanted = ask(subject, service="cloud-drive", purposes=["provide-drive"], action="collect")
    values = {"phone": portal.phone, "email": email_of(portal)}
    portal.opened.run(portal.opened.installation.door.collect(CRM, wanted, values, given))
    return subject


def ended_by_mail(portal: Portal) -> str:
    """Cancel the other service at the counter, and have the link sent; return what the page says."""
    portal.opened.run(apply(portal.opened.installation, POST))
    portal.opened.settle()
    at = clerk()
    found = {"channel": "phone", "served": "cloud-drive/provide-drive", "found_with": "phone", "value": portal.phone}
    address = str(at.post(reverse("counter", urlconf="shouze.desk.urls"), found)["location"])
    at.post(address, {"do": "compare", "compare-item": "email", "compare-value": email_of(portal)})
    assert "Send the link" in text(at.get(address))
    return text(at.post(address, {"do": "cancel", "cancel-sure": "on", "cancel-told": "email"}))


def test_the_link_is_sent_to_the_address_they_had_before_its_key_ends(portal: Portal, settings: Any) -> None:
    drive(portal)
    with mailbox() as box:
        settings.MAIL_SERVER = MailServer(f"smtp://127.0.0.1:{box.port}", "shouze@example.invalid")
        shown = ended_by_mail(portal)
    (mail,) = box.messages
    link = link_in(shown)
    assert mail["to"] == email_of(portal)
    assert link in mail.get_content().replace("=\n", "")
    assert "was sent to the user" in shown
    assert email_of(portal) not in shown + str(list(Ended.objects.values())) + str(list(Delivery.objects.values()))
    assert is_signed(fetched(link.partition("#")[2]))


@pytest.mark.lasting
def test_who_leaves_leaves_also_where_the_link_cannot_be_sent(portal: Portal, settings: Any) -> None:
    subject = drive(portal)
    settings.MAIL_SERVER = MailServer("smtp://127.0.0.1:1", "shouze@example.invalid")
    shown = ended_by_mail(portal)
    assert "could not be sent" in shown
    assert is_signed(fetched(link_in(shown).partition("#")[2]))
    stands = PORTAL.door.acting_for(subject, "x", "en").own_standing()  # type: ignore[union-attr]  # it is there
    assert next(each for each in stands.services if each.service == "cloud-drive").left is not None


def test_where_the_door_refuses_nothing_is_kept_and_no_link_is_shown(portal: Portal) -> None:
    at = clerk()
    address = called(portal, at, portal.subscriber())
    frozen, GIVEN.door = GIVEN.door, None
    try:
        answer = at.post(address, {"do": "cancel", "cancel-sure": "on"})
    finally:
        GIVEN.door = frozen
    assert answer.status_code in (422, 503)
    assert "erasure#" not in text(answer)
    assert not Ended.objects.exists()
    assert at.post(address, {"do": "cancel", "cancel-sure": "on"}).status_code == 200
    again = at.post(address, {"do": "cancel", "cancel-sure": "on"})
    assert (again.status_code == 200) == ("erasure#" in text(again))
