"""Consenting, withdrawing, agreeing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from shouze.cli import story
from shouze.errors import InvalidError
from shouze.gateway.asking import Released, Request, SubjectRef
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.rules.refusal import RefusedError
from shouze.rules.standing import Agreement
from shouze.wiring import Installation
from tests.installation import CLERK, CRM, LEGAL, MARKETING, PERSON, MovingClock, ask, consents, subscribe

OFFERS = ("offers",)


async def offer(opened: Installation, subject: str) -> Released:
    return await opened.door.release(MARKETING, ask(subject, "phone", purposes=OFFERS, action="use"))


@pytest.mark.duty("A09-3-purpose-limit")
async def test_an_optional_purpose_opens_only_after_its_own_consent(opened: Installation) -> None:
    done = await subscribe(opened)
    with pytest.raises(RefusedError):
        await offer(opened, done.subject)
    await opened.door.consent(CRM, ask(done.subject), consents("mobile", {"offers": ("phone",)}))
    assert (await offer(opened, done.subject)).items == {"phone": "+86" + PERSON["phone"]}


async def test_withdrawal_acts_at_once_and_takes_its_key_and_no_other(opened: Installation) -> None:
    done = await subscribe(opened, also={"offers": ("phone",)})
    assert (await offer(opened, done.subject)).items
    await opened.door.withdraw(CRM, ask(done.subject, purposes=OFFERS))
    with pytest.raises(RefusedError) as caught:
        await offer(opened, done.subject)
    assert caught.value.refusal.code == "no-consent"
    keys = await opened.stores.keys.fetch(done.subject, ["mobile/offers", "mobile/customer-service"])
    assert not keys.get("mobile/offers")
    assert keys["mobile/customer-service"]
    assert (await opened.door.release(CLERK, ask(done.subject, "phone"))).items


async def test_withdrawing_one_item_keeps_the_others(opened: Installation) -> None:
    done = await subscribe(opened)
    await opened.door.withdraw(CRM, ask(done.subject, "address", purposes=("open-account",)))
    request = ask(done.subject, "name", "address", purposes=("open-account",))
    released = await opened.door.release(CRM, request)
    assert released.items == {"name": PERSON["name"]}
    assert released.withheld["address"].code == "no-consent"


async def test_what_rests_on_a_law_is_not_withdrawn(opened: Installation) -> None:
    done = await subscribe(opened)
    with pytest.raises(InvalidError) as caught:
        await opened.door.withdraw(CRM, ask(done.subject, purposes=("real-name-record",)))
    assert caught.value.field == "purposes[0]"


async def test_consent_to_what_rests_on_a_law_is_refused_and_not_noted(opened: Installation) -> None:
    done = await subscribe(opened)
    given = consents("mobile", {"customer-service": ("name",), "real-name-record": ("name",)})
    with pytest.raises(InvalidError) as caught:
        await opened.door.consent(
            CRM, Request(service="mobile", subject=SubjectRef(done.subject), action="consent"), given
        )
    assert caught.value.field == "consents[1].purpose"
    assert "Leave it out of consents" in caught.value.say("en")


async def test_consent_to_a_recipient_of_what_rests_on_a_law_is_noted(opened: Installation) -> None:
    document, lines = read_document(story.read("declaration.yaml"), DeclarationFile)
    mobile = next(each for each in document.services if each.service == "mobile")
    recorded = next(each for each in mobile.purposes if each.id == "real-name-record")
    widened = replace(recorded, recipients=("courier", *recorded.recipients))
    purposes = tuple(widened if each.id == widened.id else each for each in mobile.purposes)
    await opened.publisher.declare(replace(document, services=(replace(mobile, purposes=purposes),)), lines, "test")
    done = await subscribe(opened)
    given = consents("mobile", {"real-name-record": ("name",)}, recipients=("courier",), version=2)
    await opened.door.consent(CRM, Request(service="mobile", subject=SubjectRef(done.subject), action="consent"), given)
    provided = ask(done.subject, "name", purposes=("real-name-record",), action="disclose", recipient="courier")
    assert (await opened.door.release(LEGAL, provided)).items == {"name": PERSON["name"]}


async def test_consent_after_withdrawal_opens_again(opened: Installation) -> None:
    done = await subscribe(opened, also={"offers": ("phone",)})
    await opened.door.withdraw(CRM, ask(done.subject, purposes=OFFERS))
    await opened.door.consent(CRM, ask(done.subject), consents("mobile", {"offers": ("phone",)}))
    assert (await offer(opened, done.subject)).items


async def test_a_changed_purpose_asks_again_and_only_for_what_changed(opened: Installation) -> None:
    done = await subscribe(opened, also={"offers": ("phone",)})
    text = story.read("declaration.yaml").decode().replace("短信发送", "短信和电话推送")
    document, lines = read_document(text.encode(), DeclarationFile)
    publication = await opened.publisher.declare(document, lines, "test")
    assert publication.versions["mobile"] == 2
    with pytest.raises(RefusedError) as caught:
        await offer(opened, done.subject)
    assert caught.value.refusal.code == "consent-outdated"
    assert (await opened.door.release(CLERK, ask(done.subject, "name"))).items
    await opened.door.consent(CRM, ask(done.subject), consents("mobile", {"offers": ("phone",)}, version=2))
    assert (await offer(opened, done.subject)).items


@pytest.mark.duty("A09-3-contract")
async def test_what_was_agreed_with_the_user_binds(opened: Installation) -> None:
    done = await subscribe(opened, also={"offers": ("phone",)})
    limit = Agreement(id="A-1", service="mobile", purposes=frozenset({"offers"}))
    await opened.door.agree(CLERK, ask(done.subject), limit)
    with pytest.raises(RefusedError) as caught:
        await offer(opened, done.subject)
    assert caught.value.refusal.code == "against-agreement"


async def test_a_declared_retention_ends_by_itself(opened: Installation, clock: MovingClock) -> None:
    done = await subscribe(opened, also={"offers": ("phone",)})
    clock.move(timedelta(days=731))
    with pytest.raises(RefusedError) as caught:
        await offer(opened, done.subject)
    assert caught.value.refusal.code == "retention-ended"
    assert await opened.door.erase_due() == 1
    assert not (await opened.stores.keys.fetch(done.subject, ["mobile/offers"])).get("mobile/offers")
    assert await opened.door.erase_due() == 0
    assert (await opened.door.release(CLERK, ask(done.subject, "phone"))).items
    gone = await offer(opened, done.subject)
    assert (gone.items, gone.not_held) == ({}, ("phone",)), "what another purpose holds is not this one's"


async def test_withdrawals_and_consents_at_once_leave_one_consistent_state(opened: Installation) -> None:
    done = await subscribe(opened, also={"offers": ("phone",)})
    acts = []
    for _ in range(3):
        acts.append(opened.door.withdraw(CRM, ask(done.subject, purposes=OFFERS)))
        acts.append(opened.door.consent(CRM, ask(done.subject), consents("mobile", {"offers": ("phone",)})))
    await asyncio.gather(*acts)
    await opened.door.withdraw(CRM, ask(done.subject, purposes=OFFERS))
    with pytest.raises(RefusedError):
        await offer(opened, done.subject)
    await opened.door.consent(CRM, ask(done.subject), consents("mobile", {"offers": ("phone",)}))
    assert (await offer(opened, done.subject)).items
