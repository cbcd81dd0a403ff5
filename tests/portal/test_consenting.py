"""Consents: one act each, nothing ticked, at the door at once, asked anew only for what changed; guardians."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from shouze.cli import story
from shouze.gateway.asking import ConsentGiven, Request, SubjectRef
from shouze.registers.declarations.taking_over import take_over
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.rules.refusal import RefusedError
from tests.installation import CRM, MARKETING, ask
from tests.portal.house import Portal, is_signed, signed_in, text, version

OFFERS, DELIVERY = "/consents/mobile/offers", "/consents/mobile/deliver-card"


def texted(portal: Portal, subject: str) -> None:
    """Have marketing use the number for offers; RefusedError where it may not."""
    request = ask(subject, "phone", purposes=["offers"], action="use")
    portal.opened.run(portal.opened.installation.door.release(MARKETING, request))


def section(page: str, purpose: str) -> str:
    """Return what a page of consents says of one purpose."""
    return page.partition(f'id="mobile-{purpose}"')[2].partition("</section>")[0]


def ticked(page: str) -> set[str]:
    """Return what is ticked on a page of consents."""
    return set(re.findall(r'value="([^"]+)" checked', page))


@pytest.mark.duty("A09-1-consent")
def test_agreeing_and_withdrawing_are_one_act_each_and_reach_the_door_at_once(portal: Portal) -> None:
    subject = portal.subscriber()
    visitor = signed_in(subject)
    with pytest.raises(RefusedError):
        texted(portal, subject)
    assert visitor.post(f"{OFFERS}/agree", {"version": version()}).status_code == 302
    texted(portal, subject)
    assert visitor.post(f"{OFFERS}/withdraw").status_code == 302
    with pytest.raises(RefusedError) as refused:
        texted(portal, subject)
    assert refused.value.refusal.code == "no-consent"


@pytest.mark.duty("A09-3-no-coerce")
def test_both_choices_look_alike_and_nothing_is_ticked_that_was_not_agreed_to(portal: Portal) -> None:
    shown = text(signed_in(portal.subscriber()).get("/consents"))
    asked = [each for each in shown.split("<section")[1:] if "Not agreed" in each]
    assert [ticked(each) for each in asked] == [set()] * 2
    classes = set(re.findall(r'<button class="([^"]*choice[^"]*)"', shown))
    assert classes == {"button choice"}


def test_an_optional_item_or_recipient_counts_only_when_it_was_ticked(portal: Portal) -> None:
    subject = portal.subscriber()
    visitor = signed_in(subject)
    assert visitor.post("/consents/mobile/deliver-card/agree", {"version": version()}).status_code == 422
    visitor.post("/consents/mobile/deliver-card/agree", {"version": version(), "item": ["name", "bank-card"]})
    receipt = json.loads(visitor.get("/consents/mobile/deliver-card/receipt").content)
    assert receipt["dpv:hasProcess"]["dpv:hasPersonalData"] == ["name"]
    assert receipt["dpv:hasProcess"]["dpv:hasRecipient"] == []


def test_what_was_agreed_to_is_ticked_while_it_stands_and_nothing_else(portal: Portal) -> None:
    visitor = signed_in(portal.subscriber())
    chosen = {"version": version(), "item": ["name", "address"], "recipient": ["courier"]}
    visitor.post(f"{DELIVERY}/agree", chosen)
    shown = text(visitor.get("/consents"))
    assert ticked(section(shown, "deliver-card")) == {"name", "address", "courier"}
    assert "Change to what is ticked" in shown
    visitor.post(f"{DELIVERY}/withdraw")
    assert ticked(section(text(visitor.get("/consents")), "deliver-card")) == set()


@pytest.mark.duty("A09-1-consent")
def test_an_item_that_is_no_longer_ticked_is_withdrawn_and_gone(portal: Portal) -> None:
    subject = portal.subscriber()
    visitor = signed_in(subject)
    visitor.post(f"{DELIVERY}/agree", {"version": version(), "item": ["name", "address"]})
    assert text(visitor.get("/held")).count("Delivering the SIM card") == 2
    visitor.post(f"{DELIVERY}/agree", {"version": version(), "item": ["name"]})
    assert ticked(section(text(visitor.get("/consents")), "deliver-card")) == {"name"}
    assert text(visitor.get("/held")).count("Delivering the SIM card") == 1


@pytest.mark.duty("A09-1-consent")
def test_all_that_is_no_longer_ticked_is_withdrawn_and_gone(portal: Portal) -> None:
    visitor = signed_in(portal.subscriber())
    visitor.post(f"{DELIVERY}/agree", {"version": version(), "item": ["name", "phone", "address"]})
    visitor.post(f"{DELIVERY}/agree", {"version": version(), "item": ["name"]})
    assert ticked(section(text(visitor.get("/consents")), "deliver-card")) == {"name"}
    assert text(visitor.get("/held")).count("Delivering the SIM card") == 1


def test_withdrawing_one_purpose_changes_no_other(portal: Portal) -> None:
    subject = portal.subscriber(offers=("phone",))
    signed_in(subject).post(f"{OFFERS}/withdraw")
    released = portal.opened.run(portal.opened.installation.door.release(CRM, ask(subject, "name")))
    assert released.items


@pytest.mark.parametrize("version", ["0", "99", "", "x"])
def test_only_what_was_shown_is_agreed_to(portal: Portal, version: str) -> None:
    visitor = signed_in(portal.subscriber())
    answer = visitor.post(f"{OFFERS}/agree", {"version": version})
    assert answer.status_code == 409
    assert "nothing was noted" in text(answer)


def test_a_purpose_that_a_law_demands_is_not_asked_for(portal: Portal) -> None:
    visitor = signed_in(portal.subscriber())
    assert "real-name" not in text(visitor.get("/consents"))
    assert visitor.post("/consents/mobile/real-name-record/agree", {"version": version()}).status_code == 404
    assert visitor.post("/consents/mobile/real-name-record/withdraw").status_code == 422


def test_a_receipt_is_signed_and_a_changed_one_is_found_out(portal: Portal) -> None:
    visitor = signed_in(portal.subscriber(offers=("phone",)))
    raw = visitor.get(f"{OFFERS}/receipt").content
    told = json.loads(raw)
    assert (told["dpv:hasConsentStatus"], told["@type"]) == ("dpv:ConsentGiven", "dpv:ConsentRecord")
    assert is_signed(raw)
    assert not is_signed(raw.replace(b"ConsentGiven", b"ConsentGivem"))
    assert not is_signed(b"{}")


@pytest.mark.parametrize("purpose", ["offers", "none"])
def test_there_is_no_receipt_of_what_was_never_agreed(portal: Portal, purpose: str) -> None:
    assert signed_in(portal.subscriber()).get(f"/consents/mobile/{purpose}/receipt").status_code == 404


def minor(portal: Portal) -> str:
    """Return a user under 14 with a guardian's number."""
    subject = portal.subscriber()
    own = [
        {"item": item, "need": "optional", "refusal": {"zh": "无", "en": "None"}}
        for item in ("minor", "guardian-phone")
    ]
    _widened(portal, own)
    values = {"minor": "yes", "guardian-phone": "13711112222"}
    given = _given("open-account", ["minor", "guardian-phone", "name", "phone", "id-number"])
    asked = Request(service="mobile", purposes=("open-account",), subject=SubjectRef(id=subject), action="collect")
    portal.opened.run(portal.opened.installation.door.collect(CRM, asked, values, given))
    return subject


def _given(purpose: str, items: list[str]) -> tuple[ConsentGiven, ...]:
    return (ConsentGiven(purpose=purpose, version=int(version()), items=frozenset(items), act="ticked", channel="app"),)


def _widened(portal: Portal, items: list[Any]) -> None:
    """Publish a second version in which opening an account asks for more items, once."""
    document, _ = read_document(story.read("declaration.yaml"), DeclarationFile)
    plain = msgspec.to_builtins(document)
    purpose = plain["services"][0]["purposes"][0]
    purpose["items"] = [*purpose["items"], *items]
    raw = msgspec.json.encode(plain)
    again, lines = read_document(raw, DeclarationFile)
    opened = portal.opened.installation
    portal.opened.run(opened.publisher.declare(again, lines, "test"))
    portal.opened.run(opened.door.refresh())
    take_over()


def test_rules_that_widened_ask_anew_with_what_changed_and_only_there(portal: Portal) -> None:
    subject = portal.subscriber()
    minor_items = [{"item": "nickname", "need": "optional", "refusal": {"zh": "无", "en": "None"}}]
    _widened(portal, minor_items)
    shown = text(signed_in(subject).get("/consents"))
    assert "Agreed" in shown
    section = shown.partition('id="mobile-customer-service"')[2].partition("</section>")[0]
    assert "The rules changed" not in section


@pytest.mark.duty("A09-1-consent")
def test_for_a_user_under_14_the_guardian_agrees_by_a_code(portal: Portal) -> None:
    subject = minor(portal)
    visitor = signed_in(subject)
    answer = visitor.post(f"{OFFERS}/agree", {"version": version()})
    assert "A guardian has to agree" in text(answer)
    with pytest.raises(RefusedError):
        texted(portal, subject)
    assert portal.sent[-1][0] == "+8613711112222"
    wrong = visitor.post(f"{OFFERS}/guardian", {"version": version(), "code": "x"})
    assert wrong.status_code == 422
    assert visitor.post(f"{OFFERS}/guardian", {"version": version(), "code": portal.sent[-1][1]}).status_code == 302
    texted(portal, subject)
    receipt = json.loads(visitor.get(f"{OFFERS}/receipt").content)
    assert receipt["events"][0]["act"] == "guardian"
