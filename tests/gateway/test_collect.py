"""Collecting."""

from __future__ import annotations

import asyncio

import pytest

from shouze.errors import ConflictError, InvalidError
from shouze.gateway.asking import Request, SubjectRef
from shouze.rules.refusal import RefusedError
from shouze.wiring import Installation
from tests.installation import (
    CLERK,
    CRM,
    LEGAL,
    MOBILE,
    NECESSARY,
    OTHER,
    PERSON,
    apply,
    ask,
    consents,
    subscribe,
)

NEW = Request(service="mobile", purposes=MOBILE)
REAL_NAME = ("real-name-record",)


@pytest.mark.duty("A09-1-consent")
async def test_nothing_is_collected_without_consent(opened: Installation) -> None:
    with pytest.raises(RefusedError) as caught:
        await opened.door.collect(CRM, NEW, PERSON)
    assert caught.value.refusal.code == "no-consent"
    assert caught.value.refusal.article == "9(1)"


async def test_a_refused_item_keeps_the_others_out_as_well(opened: Installation) -> None:
    given = consents("mobile", {**NECESSARY, "open-account": ("name", "phone", "id-number")})
    with pytest.raises(RefusedError):
        await opened.door.collect(CRM, NEW, PERSON, given)
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(CLERK, ask({"phone": PERSON["phone"]}, "name"))
    assert caught.value.refusal.code == "subject-unknown"


@pytest.mark.duty("A09-3-necessity")
async def test_an_item_that_no_named_purpose_declares_is_refused(opened: Installation) -> None:
    given = consents("mobile", NECESSARY)
    with pytest.raises(RefusedError) as caught:
        await opened.door.collect(CRM, NEW, {**PERSON, "email": "a@example.com"}, given)
    assert caught.value.refusal.code == "item-not-declared"


async def test_what_a_law_keeps_is_kept_for_it_without_consent(opened: Installation) -> None:
    done = await subscribe(opened)
    released = await opened.door.release(LEGAL, ask(done.subject, "name", "id-number", "phone", purposes=REAL_NAME))
    assert released.items["id-number"] == PERSON["id-number"]


async def test_a_malformed_value_names_its_field_and_not_itself(opened: Installation) -> None:
    with pytest.raises(InvalidError) as caught:
        await subscribe(opened, {**PERSON, "id-number": "110105194912310021"})
    assert caught.value.field == "values.id-number"
    assert "194912310021" not in str(caught.value)


async def test_an_exclusive_identifier_has_one_holder(opened: Installation) -> None:
    await subscribe(opened)
    with pytest.raises(ConflictError) as caught:
        await subscribe(opened, {**OTHER, "phone": PERSON["phone"]})
    assert caught.value.field == "values.phone"
    with pytest.raises(RefusedError):
        await opened.door.release(CLERK, ask({"id-number": OTHER["id-number"]}, "name"))
    bindings = await opened.stores.databases["custody"].fetch("SELECT DISTINCT subject FROM custody.binding")
    assert len(bindings) == 1


async def test_of_two_who_claim_one_number_at_once_one_gets_it(opened: Installation) -> None:
    people = [{**OTHER, "phone": PERSON["phone"]}, PERSON]
    outcomes = await asyncio.gather(*(subscribe(opened, each) for each in people), return_exceptions=True)
    assert sum(isinstance(each, ConflictError) for each in outcomes) == 1


async def test_collecting_for_a_known_subject_adds_items(opened: Installation) -> None:
    first = {item: PERSON[item] for item in ("name", "phone", "id-number")}
    done = await subscribe(opened, first)
    more = Request(service="mobile", subject=SubjectRef(done.subject), purposes=("open-account",))
    await opened.door.collect(CRM, more, {"address": PERSON["address"]})
    released = await opened.door.release(CRM, ask(done.subject, "address", "name", purposes=("open-account",)))
    assert released.items == {"address": PERSON["address"], "name": PERSON["name"]}


async def test_consent_to_a_version_that_is_not_published_is_invalid(opened: Installation) -> None:
    with pytest.raises(InvalidError) as caught:
        await opened.door.collect(CRM, NEW, PERSON, consents("mobile", NECESSARY, version=2))
    assert caught.value.field == "consents[0].version"


@pytest.mark.duty("A14-2-obey")
async def test_a_suspension_order_stops_collecting_and_names_its_number(opened: Installation) -> None:
    await apply(
        opened,
        """
orders:
  - id: 云通管令〔2026〕7号
    authority: {zh: 云泽省通信管理局, en: Yunze CA}
    reason: {zh: 涉嫌超范围收集, en: Suspected excessive collection}
    since: 2026-11-01T00:00:00Z
    services: [mobile]
    actions: [collect]
""",
    )
    with pytest.raises(RefusedError) as caught:
        await subscribe(opened)
    assert (caught.value.refusal.code, caught.value.refusal.what) == ("suspended-by-order", "云通管令〔2026〕7号")
