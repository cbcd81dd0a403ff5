"""Recipients: within what users were told, approved by another person, in their term; the door obeys (Art. 10)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.gateway.asking import ConsentGiven, Request, SubjectRef, Visitor
from shouze.registers.recipients.models import Recipient
from shouze.registers.recipients.register import REGISTER
from shouze.registers.roles import VISITING, Role
from shouze.registers.rows import Clock
from shouze.rules.refusal import RefusedError
from shouze.rules.use import Actor
from tests.installation import CRM, NECESSARY, PERSON
from tests.registers.house import Opened, approver, do, kept, officer, person, signed_in
from tests.registers.recipients.scene import in_force, proposed, taken_over

pytestmark = pytest.mark.django_db


def told(row: Recipient) -> str:
    return " / ".join(each.en for each in REGISTER.notes(row, timezone.now()))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ground": "law"}, "instrument"),
        ({"ground": "law", "instrument": "pipl", "article": " "}, "article"),
        ({"abroad": True}, "country"),
        ({"abroad": True, "country": "新加坡"}, "abroad_ground"),
        ({"since": timezone.now(), "until": timezone.now() - timedelta(days=1)}, "until"),
    ],
)
def test_ground_term_and_abroad_are_written_down_wholly(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        proposed(**changed)
    assert caught.value.field == field


def test_a_service_has_a_recipient_once() -> None:
    taken_over()
    with pytest.raises(InvalidError) as caught:
        proposed()
    assert caught.value.field == "recipient"


@pytest.mark.duty("A10-no-illegal-supply")
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"recipient": "nobody"}, "recipient"),
        ({"purposes": ["deliver-card", "offers"]}, "purposes"),
        ({"items": ["name", "id-number"]}, "items"),
        ({"ground": "law", "instrument": "pipl", "article": "1"}, "ground"),
    ],
)
def test_nothing_is_approved_that_users_were_not_told(changed: dict[str, Any], field: str) -> None:
    do(taken_over(), "end", officer())
    with pytest.raises(InvalidError) as caught:
        do(proposed(**changed), "approve", approver())
    assert caught.value.field == field


def test_another_person_approves_than_proposed_it() -> None:
    do(taken_over(), "end", officer())
    row = proposed()
    approver()
    with pytest.raises(NotYoursError):
        do(row, "approve", officer())
    assert do(row, "approve", approver()).state == "in-force"


def test_a_recipient_is_narrowed_and_never_widened() -> None:
    row = in_force()
    until = timezone.now() + timedelta(days=30)
    row = do(row, "narrow", officer(), {"purposes": ["deliver-card"], "items": ["name"], "until": until})
    assert (row.items, Clock.objects.get(register="recipients", entry=row.pk, kind="term").due) == (["name"], until)
    for values, field in (
        ({"purposes": ["deliver-card"], "items": ["name", "phone"], "until": until}, "items"),
        ({"purposes": ["deliver-card"], "items": [], "until": until}, "items"),
        ({"purposes": ["deliver-card"], "items": ["name"], "until": None}, "until"),
    ):
        with pytest.raises(InvalidError) as caught:
            do(row, "narrow", officer(), values)
        assert caught.value.field == field


def test_the_page_says_what_the_door_does_and_what_is_lacking() -> None:
    row = taken_over()
    assert "The door follows the rules' declaration alone" in told(row)
    assert "An impact assessment is needed beforehand" in told(row)
    row = in_force_again(row)
    assert "The door lets it be provided" in told(row)
    row.until = timezone.now()
    assert "Its term is over" in told(row)
    row.items = ["id-number"]
    assert "The rules in force say otherwise" in told(row)


def in_force_again(row: Recipient) -> Recipient:
    approved: Recipient = do(row, "approve", approver())
    return approved


KEEPING = {Role.OFFICER, Role.SECURITY}


@pytest.mark.parametrize("role", Role)
def test_each_role_does_what_is_its_own(role: Role) -> None:
    browser, row = signed_in(person("S-6", role)), taken_over()
    for act in ("complete", "suspend", "end"):
        assert (browser.get(f"/r/recipients/{row.number}/{act}").status_code == 200) == (role in KEEPING), act
    may = role in {Role.OFFICER, Role.APPROVER}
    assert (browser.get(f"/r/recipients/{row.number}/approve").status_code == 200) == may
    assert (browser.get("/r/recipients/new").status_code == 200) == (role in KEEPING)
    assert browser.get("/r/recipients/").status_code == (403 if role in {Role.AGENT, *VISITING} else 200)


def test_the_contact_is_shown_on_the_page_and_in_no_list() -> None:
    row = proposed(contact="周某 010-1")
    browser = signed_in(officer())
    assert "周某" in browser.get(f"/r/recipients/{row.number}/").content.decode()
    assert "周某" not in browser.get("/r/recipients/").content.decode()


def subscribed(opened: Opened) -> str:
    """Return a user who agreed that the courier is told where to bring the card."""
    agreed = {**NECESSARY, "deliver-card": ("name", "phone", "address")}
    given = tuple(
        ConsentGiven(
            purpose=purpose, version=1, items=frozenset(items), act="ticked", channel="app",
            recipients=frozenset({"courier"} if purpose == "deliver-card" else ()),
        )
        for purpose, items in agreed.items()
    )  # fmt: skip
    collect = Request(service="mobile", purposes=tuple(agreed), action="collect")
    return str(opened.run(opened.installation.door.collect(CRM, collect, PERSON, given)).subject)


@pytest.mark.duty("A10-no-illegal-supply")
@pytest.mark.django_db(transaction=True)
def test_the_door_discloses_to_a_recipient_only_while_it_is_in_force(opened: Opened) -> None:
    subject = subscribed(opened)
    asked = Request(
        service="mobile", purposes=("deliver-card",), items=("phone", "address"), subject=SubjectRef(id=subject),
        action="disclose", recipient="courier",
    )  # fmt: skip

    def outcome() -> str:
        opened.settle()
        try:
            answer = opened.run(opened.installation.door.release(Visitor(Actor("service", "crm")), asked))
        except RefusedError as refusal:
            return refusal.refusal.code
        return ",".join(sorted(answer.items))

    kept()
    row = Recipient.objects.get(recipient="courier")
    assert (row.state, outcome()) == ("declared", "address,phone")
    row = do(row, "suspend", officer())
    assert outcome() == "recipient-not-declared"
    row = do(row, "resume", approver())
    assert outcome() == "address,phone"
    until = timezone.now() + timedelta(days=10)
    row = do(row, "narrow", officer(), {"purposes": ["deliver-card"], "items": ["phone"], "until": until})
    assert outcome() == "phone"
    opened.clock.move(timedelta(days=11))
    assert outcome() == "recipient-not-declared"
    opened.clock.move(timedelta(days=-11))
    do(row, "end", officer())
    assert outcome() == "recipient-not-declared"
    row = proposed()
    assert outcome() == "recipient-not-declared"
    do(row, "approve", approver())
    assert outcome() == "phone"
