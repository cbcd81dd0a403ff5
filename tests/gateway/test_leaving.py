"""Terminating, erasing, giving back, freezing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shouze.errors import ConflictError
from shouze.gateway.leaving import left
from shouze.ledger.entry import parse_leaf
from shouze.rules.declaration import Retention
from shouze.rules.policy import Policy, PurposeRule, ServiceRule
from shouze.rules.refusal import RefusedError
from shouze.rules.standing import Held, Standing
from shouze.wiring import Installation
from tests.gateway.test_passage import raw_leaves
from tests.installation import (
    CLERK,
    CRM,
    LEGAL,
    OTHER,
    PERSON,
    SECURITY,
    MovingClock,
    apply,
    ask,
    consents,
    subscribe,
)

REAL_NAME = ("real-name-record",)


@pytest.mark.duty("A09-4-stop")
async def test_use_stops_when_the_user_leaves(opened: Installation) -> None:
    done = await subscribe(opened)
    await opened.door.terminate(CRM, ask(done.subject))
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(CLERK, ask(done.subject, "name"))
    assert (caught.value.refusal.code, caught.value.refusal.article) == ("service-ended", "9(4)")


@pytest.mark.duty("A09-5-carveout")
async def test_what_a_named_law_keeps_stays_readable_for_that_law_only(opened: Installation) -> None:
    done = await subscribe(opened)
    await opened.door.terminate(CRM, ask(done.subject))
    kept = await opened.door.release(LEGAL, ask(done.subject, "name", "id-number", purposes=REAL_NAME))
    assert kept.items == {"name": PERSON["name"], "id-number": PERSON["id-number"]}
    keys = await opened.stores.keys.fetch(done.subject, ["mobile/open-account", "mobile/real-name-record"])
    assert not keys.get("mobile/open-account")
    assert keys["mobile/real-name-record"]


@pytest.mark.duty("A09-4-cancel")
async def test_when_the_law_lets_go_the_subject_is_erased(opened: Installation, clock: MovingClock) -> None:
    done = await subscribe(opened)
    await opened.door.terminate(CRM, ask(done.subject))
    clock.move(timedelta(days=190))
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(LEGAL, ask(done.subject, "name", purposes=REAL_NAME))
    assert caught.value.refusal.code == "retention-ended"
    assert await opened.door.erase_due() == 1
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(LEGAL, ask(done.subject, "name", purposes=REAL_NAME))
    assert caught.value.refusal.code == "subject-erased"
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(LEGAL, ask({"id-number": PERSON["id-number"]}, "name", purposes=REAL_NAME))
    assert caught.value.refusal.code == "subject-unknown"
    assert await opened.stores.custody.bound(done.subject) == {}


async def test_a_reissued_number_opens_only_its_present_holders_information(opened: Installation) -> None:
    former = await subscribe(opened)
    await opened.door.terminate(CRM, ask(former.subject))
    present = await subscribe(opened, {**OTHER, "phone": PERSON["phone"]})
    by_number = await opened.door.release(LEGAL, ask({"phone": PERSON["phone"]}, "name", purposes=REAL_NAME))
    assert (by_number.subject, by_number.items["name"]) == (present.subject, OTHER["name"])
    by_document = await opened.door.release(LEGAL, ask({"id-number": PERSON["id-number"]}, "name", purposes=REAL_NAME))
    assert by_document.subject == former.subject


async def test_a_number_is_not_issued_to_another_while_its_user_may_still_come_back(opened: Installation) -> None:
    user = (await subscribe(opened)).subject
    bound = await opened.stores.custody.bound(user)
    await opened.door.terminate(CRM, ask(user), 7)
    assert await opened.stores.custody.bound(user) == bound
    with pytest.raises(ConflictError):
        await subscribe(opened, {**OTHER, "phone": PERSON["phone"]})


async def test_a_number_given_back_finds_nobody_and_can_be_issued_again(opened: Installation) -> None:
    former = await subscribe(opened)
    await opened.door.give_back(CRM, ask(former.subject), ["phone"])
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(CLERK, ask({"phone": PERSON["phone"]}, "name"))
    assert caught.value.refusal.code == "subject-unknown"
    assert (await subscribe(opened, {**OTHER, "phone": PERSON["phone"]})).subject != former.subject


async def test_a_user_who_left_comes_back_by_consenting_anew(opened: Installation) -> None:
    done = await subscribe(opened)
    await opened.door.terminate(CRM, ask(done.subject))
    again = ask(done.subject, purposes=("customer-service",))
    with pytest.raises(RefusedError) as caught:
        await opened.door.collect(CRM, again, {"name": PERSON["name"]})
    assert caught.value.refusal.code == "service-ended"
    given = consents("mobile", {"customer-service": ("name", "phone")})
    await opened.door.collect(CRM, again, {"name": PERSON["name"], "phone": PERSON["phone"]}, given)
    assert (await opened.door.release(CLERK, ask({"phone": PERSON["phone"]}, "name"))).subject == done.subject


async def test_the_end_of_a_service_stops_use_at_that_moment_and_then_erases(
    opened: Installation, clock: MovingClock
) -> None:
    done = await subscribe(opened)
    end = clock.now() + timedelta(hours=1)
    await apply(opened, f"endings: [{{id: mobile, at: '{end.isoformat()}'}}]")
    assert (await opened.door.release(CLERK, ask(done.subject, "name"))).items
    clock.move(timedelta(hours=1))
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(CLERK, ask(done.subject, "name"))
    assert caught.value.refusal.code == "service-ended"
    assert await opened.door.erase_due() == 1
    assert not (await opened.stores.keys.fetch(done.subject, ["mobile/open-account"])).get("mobile/open-account")
    assert (await opened.door.release(LEGAL, ask(done.subject, "name", purposes=REAL_NAME))).items


@pytest.mark.duty("A14-1-remedy")
async def test_a_frozen_account_opens_for_nobody_until_it_is_released(opened: Installation) -> None:
    done = await subscribe(opened)
    await opened.door.freeze(SECURITY, ask(done.subject), "INC-1")
    for visitor, purpose in ((CLERK, "customer-service"), (LEGAL, "real-name-record")):
        with pytest.raises(RefusedError) as caught:
            await opened.door.release(visitor, ask(done.subject, "name", purposes=(purpose,)))
        assert caught.value.refusal.code == "frozen"
    await opened.door.freeze(SECURITY, ask(done.subject), None)
    assert (await opened.door.release(CLERK, ask(done.subject, "name"))).items


async def test_a_frozen_item_is_withheld_for_everybody(opened: Installation) -> None:
    done = await subscribe(opened)
    await apply(
        opened, "freezes: [{id: F-1, incident: INC-2, target: item, name: phone, since: '2026-01-01T00:00:00Z'}]"
    )
    released = await opened.door.release(CLERK, ask(done.subject, "name", "phone"))
    assert set(released.items) == {"name"}
    assert released.withheld["phone"].code == "frozen"


async def test_who_is_due_and_owes_nothing_is_looked_at_once(opened: Installation) -> None:
    subject = (await subscribe(opened)).subject
    custody = opened.stores.databases["custody"]
    await custody.execute("UPDATE custody.subject SET next_due = 0 WHERE id = :subject", {"subject": subject})
    assert await opened.door.erase_due() == 1
    assert await opened.door.erase_due() == 0
    assert (await opened.door.release(CLERK, ask(subject, "name"))).items


NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def rule(retention: Retention, law: str | None = None) -> PurposeRule:
    return PurposeRule(law, True, frozenset(), 1, {"name": 1}, {}, retention)


RULES = {
    "consented": rule(Retention("collection", "P2Y")),
    "settled": rule(Retention("service-end", "P30D")),
    "at-once": rule(Retention("service-end")),
    "by-law": rule(Retention("collection", "P2Y"), "some-law"),
    "law-after": rule(Retention("service-end", "P6M"), "some-law"),
}
POLICY = Policy(services={"mobile": ServiceRule(1, "", True, RULES, {})})


def ends(purpose: str, due: datetime | None = None, undo: timedelta = timedelta(), service: str = "mobile") -> object:
    """Return when what is held for a purpose ends once its user leaves the service."""
    ground = f"{service}/{purpose}"
    standing = Standing({service: None}, held={ground: {"name": Held(1, NOW - DAY, due)}})
    return left(POLICY, standing, "mobile", NOW, undo).held[ground]["name"].due


@pytest.mark.duty("A09-4-cancel")
def test_what_rests_on_consent_and_was_kept_from_its_collection_on_ends_with_the_service() -> None:
    assert ends("consented", due=NOW + 700 * DAY) == NOW
    assert ends("consented", due=NOW + 700 * DAY, undo=7 * DAY) == NOW + 7 * DAY


def test_what_is_kept_from_the_end_of_the_service_on_is_kept_for_its_declared_period() -> None:
    assert ends("settled") == NOW + 30 * DAY
    assert ends("at-once") == NOW


def test_nothing_ends_while_its_user_may_still_come_back() -> None:
    assert ends("at-once", undo=7 * DAY) == NOW + 7 * DAY
    assert ends("settled", undo=7 * DAY) == NOW + 30 * DAY


@pytest.mark.duty("A09-5-carveout")
def test_what_a_law_keeps_ends_when_the_laws_own_period_does_and_is_not_begun_anew_by_leaving() -> None:
    assert ends("by-law", due=NOW + 700 * DAY) == NOW + 700 * DAY
    assert ends("law-after") == datetime(2027, 5, 23, 2, tzinfo=UTC)
    assert ends("law-after", due=NOW + DAY) == NOW + DAY


def test_a_purpose_that_is_declared_no_more_keeps_nothing_and_another_service_keeps_its_own() -> None:
    assert ends("forgotten", due=NOW + 700 * DAY) == NOW
    assert ends("settled", service="cloud") is None
    assert ends("consented", due=NOW + 700 * DAY, service="cloud") == NOW + 700 * DAY


async def test_what_is_erased_at_its_end_is_recorded_by_item_and_about_its_subject_before_it_goes(
    opened: Installation, clock: MovingClock
) -> None:
    done = await subscribe(opened, also={"offers": ("phone",)})
    await opened.door.terminate(CRM, ask(done.subject))
    clock.move(timedelta(days=190))
    await opened.door.erase_due()
    records = [parse_leaf(raw) for raw in await raw_leaves(opened)]
    [erasure] = [each for each in records if each.what.act == "erase"]
    assert (erasure.who.kind, erasure.verdict.outcome) == ("system", "due")
    assert set(erasure.what.items) == {"id-number", "name", "phone"}


async def test_a_service_that_ended_is_swept_from_that_very_moment_on(opened: Installation, clock: MovingClock) -> None:
    await subscribe(opened)
    end = clock.now() + timedelta(hours=1)
    await apply(opened, f"endings: [{{id: mobile, at: '{end.isoformat()}'}}]")
    assert await opened.door.erase_due() == 0
    clock.move(timedelta(hours=1))
    assert await opened.door.erase_due() == 1
    assert await opened.door.erase_due() == 0
