"""What a portal of its own asks of the office, over HTTP through Django, and who is not heard."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouze.client import Assertions, PersonAssertion
from shouze.desk import hearing, office
from shouze.desk.models import Ended, Heard
from shouze.errors import InvalidError, NotFoundError, OfficeUnknownError, UnavailableError
from shouze.registers.complaints.models import Complaint
from shouze.registers.describing import Attached
from shouze.registers.letters.models import Enclosure
from shouze.registers.ports import GIVEN
from shouze.registers.publicly import Publicly
from shouze.registers.requests.models import Request
from shouze.rules.entries import PolicyFile
from shouze.wiring.office import Office, PublicApart
from shouze.wiring.office_apart import OfficeLine
from shouze.wiring.portal import KEY_FILE, NAME, PortalKeys
from tests.portal.conftest import opened, portal
from tests.portal.house import Portal

__all__ = ["opened", "portal"]
PDF = Attached("enclosure-1.pdf", "application/pdf", b"%PDF-1.7 a proof")
STORY = "我从未同意接收短信"
NOBODY = "z" * 26


def keys_of(portal: Portal) -> PortalKeys:
    path = portal.opened.installation.home / KEY_FILE
    return msgspec.json.decode(path.read_bytes(), type=PortalKeys)


@pytest.fixture
def keys(portal: Portal) -> PortalKeys:
    return keys_of(portal)


@pytest.fixture
def line(portal: Portal, keys: PortalKeys) -> Iterator[OfficeLine]:
    hearing.forget()
    transport = httpx.WSGITransport(app=get_wsgi_application())
    way = OfficeLine.to("http://127.0.0.1:8421", keys, transport=transport)
    yield way
    way.close()
    hearing.forget()


def filed(line: OfficeLine, subject: str, *files: Attached) -> str:
    made = Office(line.ask).file(subject, "disturbed", "mobile", STORY, files)
    return str(made.number)


@pytest.mark.duty("A12-accept")
def test_a_complaint_with_its_attachment_arrives_sealed_and_is_its_users_alone(
    portal: Portal, line: OfficeLine
) -> None:
    subject, asked = portal.subscriber(), Office(line.ask)
    number = filed(line, subject, PDF)
    seen = asked.look(subject, number)
    assert (seen.story, seen.state, seen.may_withdraw) == (STORY, "open", True)
    assert seen.due is not None
    assert [each.number for each in asked.mine(subject)] == [number]
    assert PDF.content not in bytes(Enclosure.objects.get().sealed)
    for act in (asked.look, asked.withdraw):
        with pytest.raises(NotFoundError):
            act(NOBODY, number)
    assert list(asked.mine(NOBODY)) == []
    assert asked.withdraw(subject, number).state == "withdrawn"
    assert asked.reopen(subject, number, "还是没有解决").state == "open"


@pytest.mark.duty("A09-2-query")
def test_a_correction_with_proof_becomes_a_request_of_its_users(portal: Portal, line: OfficeLine) -> None:
    subject, asked = portal.subscriber(), Office(line.ask)
    made = asked.ask_correction(subject, "mobile", "provide", "name", "新名", [PDF])
    assert [each.number for each in asked.corrections(subject)] == [made.number]
    assert list(asked.corrections(NOBODY)) == []
    assert Request.objects.get(number=made.number).subject == subject


def test_what_is_wrong_is_said_with_its_field_in_both_languages(portal: Portal, line: OfficeLine) -> None:
    with pytest.raises(InvalidError) as told:
        Office(line.ask).file(portal.subscriber(), "disturbed", "mobile", " ", [])
    assert told.value.field == "story"
    assert told.value.remedy.zh != told.value.remedy.en


@pytest.mark.duty("A08-publish")
def test_what_is_public_is_what_the_registers_say(portal: Portal, line: OfficeLine) -> None:
    apart, own = PublicApart(line.ask), Publicly()
    assert apart.in_force() == own.in_force() != []
    assert apart.versions("mobile") == own.versions("mobile")
    assert apart.versions("made-up") == []
    assert apart.operator() == own.operator()
    assert apart.holders() == own.holders()
    assert list(apart.agents()) == list(own.agents())
    assert Office(line.ask).matters() == Office().matters()
    now = timezone.now()
    figures = Office(line.ask).figures(now - timedelta(days=365), now)
    assert figures == Office().figures(now - timedelta(days=365), now)


@pytest.mark.duty("A09-4-cancel")
def test_what_staff_ended_is_told_by_its_link_or_to_its_user_until_the_portal_keeps_it(
    portal: Portal, line: OfficeLine
) -> None:
    subject, asked, now = portal.subscriber(), Office(line.ask), timezone.now()
    held = {"service": "mobile", "purpose": "offers", "item": "phone", "version": 1, "at": now.isoformat(),
            "due": now.isoformat(), "law": None, "usage": False}  # fmt: skip
    Ended.objects.create(
        token="a" * 64, subject=subject, service="mobile", asked_at=now, held=[held], recipients=["courier"],
        record={"node": 1, "boot": "b", "nseq": 2, "leaf": "00"}, until=now + timedelta(days=1),
    )  # fmt: skip
    told = asked.ended("a" * 64)
    assert told is not None
    assert (told.subject, told.held[0].item, told.recipients, told.asked_at) == (subject, "phone", ["courier"], now)
    assert told.record == {"node": 1, "boot": "b", "nseq": 2, "leaf": "00"}
    assert list(asked.endings(subject)) == [told]
    assert (asked.ended("b" * 64), list(asked.endings(NOBODY))) == (None, [])
    asked.taken_over("a" * 64)
    assert (asked.ended("a" * 64), list(asked.endings(subject))) == (None, [])


def posted(line: OfficeLine, body: bytes, **changed: Any) -> int:
    """Post a body with an assertion that is right but for what is changed; return the status."""
    signing = changed.pop("signing", line.assertions)
    signed = signing.sign(PersonAssertion(kind="subject", id=changed.pop("id", NOBODY), sign_in=NAME), body)
    headers = {"shouze-assertion": changed.pop("assertion", signed)}
    return line.http.post("/office", content=changed.pop("sent", body), headers=headers).status_code


@pytest.mark.duty("A13-3-permissions")
def test_an_assertion_serves_once(portal: Portal, line: OfficeLine, monkeypatch: pytest.MonkeyPatch) -> None:
    body = office.encode(office.Mine())
    signed = line.assertions.sign(PersonAssertion(kind="subject", id=NOBODY, sign_in=NAME), body)
    assert [posted(line, body, assertion=signed) for _ in range(3)] == [200, 401, 401]
    assert Heard.objects.count() == 1
    later = timezone.now() + timedelta(minutes=10)
    monkeypatch.setattr(GIVEN, "now", lambda: later)
    signing = Assertions(NAME, keys_of(portal).signer(), now=lambda: later, audience=office.AUDIENCE)
    assert posted(line, body, signing=signing) == 200
    assert Heard.objects.count() == 1, "what nobody takes any more is forgotten"


@pytest.mark.duty("A13-3-permissions")
def test_who_is_not_the_portal_or_speaks_of_something_else_is_not_heard(
    portal: Portal, line: OfficeLine, keys: PortalKeys
) -> None:
    body, now = office.encode(office.Mine()), timezone.now
    key, desks = keys.signer(), portal.opened.keys.signer()
    early = lambda: now() - timedelta(minutes=5)  # noqa: E731 - a clock
    not_heard: list[dict[str, Any]] = [
        {"signing": Assertions(NAME, key, now=now)},
        {"signing": Assertions(NAME, Ed25519PrivateKey.generate(), now=now, audience=office.AUDIENCE)},
        {"signing": Assertions("desk", desks, now=now, audience=office.AUDIENCE)},
        {"signing": Assertions("desk", key, now=now, audience=office.AUDIENCE)},
        {"signing": Assertions(NAME, key, now=early, audience=office.AUDIENCE)},
        {"sent": office.encode(office.Corrections())},
        {"id": "S-0001"},
        {"id": office.EVERYBODY},
        {"assertion": ""},
        {"assertion": base64.b64encode(body).decode()},
    ]
    assert [posted(line, body, **each) for each in not_heard] == [401] * len(not_heard)
    assert posted(line, office.encode(office.Matters()), id=office.EVERYBODY) == 200
    stranger = Assertions(NAME, Ed25519PrivateKey.generate(), audience=office.AUDIENCE)
    with pytest.raises(OfficeUnknownError):
        replace(line, assertions=stranger).ask(NOBODY, office.Mine())


@pytest.mark.duty("A13-3-permissions")
def test_a_portal_that_the_policy_no_longer_names_is_heard_no_more(portal: Portal, line: OfficeLine) -> None:
    installation, held = portal.opened.installation, portal.opened
    filed(line, portal.subscriber())
    named = held.run(installation.publisher.registers())
    held.run(installation.publisher.apply(PolicyFile(remove=("issuers/portal",)), "test"))
    held.run(installation.door.refresh())
    hearing.forget()
    try:
        assert posted(line, office.encode(office.Mine())) == 401
    finally:
        issuers = tuple(each for each in named.issuers.values())
        held.run(installation.publisher.apply(PolicyFile(issuers=issuers), "test"))
        held.run(installation.door.refresh())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_whatever_is_signed_and_is_no_message_is_refused(line: OfficeLine, body: bytes) -> None:
    assert posted(line, body) in {422, 401}
    assert not Complaint.objects.exists()


def test_it_takes_no_other_verb_and_nothing_too_large(line: OfficeLine) -> None:
    assert line.http.get("/office").status_code == 405
    body = office.encode(office.Mine())
    signed = line.assertions.sign(PersonAssertion(kind="subject", id=NOBODY, sign_in=NAME), body)
    told = {"content-length": str(office.LARGEST + 1), "shouze-assertion": signed}
    assert line.http.post("/office", content=body, headers=told).status_code == 422


def test_rules_stay_readable_while_the_desk_is_away(portal: Portal, line: OfficeLine, keys: PortalKeys) -> None:
    now, ways = [0.0], [line, OfficeLine.to("http://127.0.0.1:1", keys)]

    def ask(subject: str, asked: office.ForAll | office.OfOne) -> Any:
        return ways[0].ask(subject, asked)

    apart = PublicApart(ask, lambda: now[0])
    shown = apart.in_force()
    now[0] = 60.0
    del ways[0]
    assert apart.in_force() == shown
    with pytest.raises(UnavailableError):
        apart.holders()
