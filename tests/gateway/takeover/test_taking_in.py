"""Taking over: a batch of users from elsewhere is found, decided, recorded, sealed; again, and nothing changes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from shouze.errors import ConflictError
from shouze.gateway.arriving import Arrival, Arrived, Mark
from shouze.gateway.asking import Request
from shouze.gateway.ports import Query
from shouze.rules.refusal import RefusedError
from shouze.rules.standing import Consent
from shouze.store.intake import StoredRuns
from shouze.wiring import Installation
from tests.installation import CLERK, CRM, MARKETING, MOBILE, OTHER, PERSON, ask, subscribe

NOW = datetime(2026, 11, 23, tzinfo=UTC)
OLD = datetime(2020, 1, 1, tzinfo=UTC)
UNTIL = NOW + timedelta(days=90)
RUN = "r" * 26
REQUEST = Request(service="mobile", purposes=MOBILE, action="collect")
NORMAL = {**PERSON, "phone": "+86" + PERSON["phone"]}
SECOND = {**OTHER, "phone": "+86" + OTHER["phone"]}
AGREED = {
    "open-account": Consent(1, frozenset(PERSON), OLD, "contract", "shop"),
    "customer-service": Consent(1, frozenset({"name", "phone"}), OLD, "contract", "shop"),
}


def arrival(number: int, values: Mapping[str, str], *by: str, consents: Mapping[str, Consent] = AGREED) -> Arrival:
    return Arrival(number, values, consents, by or ("phone", "id-number"))


async def take(opened: Installation, arrivals: Sequence[Arrival], row: int = 0) -> list[Arrived]:
    runs = StoredRuns(opened.stores.databases["custody"])
    run = await runs.begin("digest", RUN, NOW)
    return await opened.door.take_in(CRM, REQUEST, arrivals, Mark(run.id, row, b"{}"), UNTIL)


async def phone_of(opened: Installation, phone: str) -> str:
    return (await opened.door.release(CLERK, ask({"phone": phone}, "name"))).items["name"]


async def test_newcomers_are_held_under_their_purposes_and_found_by_their_identifiers(opened: Installation) -> None:
    first, second = await take(opened, [arrival(1, NORMAL), arrival(2, SECOND)], 2)
    assert [first.kind, second.kind] == ["new", "new"]
    assert first.to_ask == ()
    assert await phone_of(opened, PERSON["phone"]) == PERSON["name"]
    assert await phone_of(opened, OTHER["phone"]) == OTHER["name"]
    request = ask({"phone": OTHER["phone"]}, *PERSON, purposes=("open-account",))
    assert (await opened.door.release(CRM, request)).items == SECOND


async def test_taking_in_the_same_rows_again_changes_nothing(opened: Installation) -> None:
    before = await take(opened, [arrival(1, NORMAL), arrival(2, SECOND)], 2)
    again = await take(opened, [arrival(1, NORMAL), arrival(2, SECOND)], 2)
    assert [each.kind for each in again] == ["unchanged", "unchanged"]
    assert [each.subject for each in again] == [each.subject for each in before]


async def test_a_later_row_updates_the_user_that_its_identifiers_point_to(opened: Installation) -> None:
    await take(opened, [arrival(1, NORMAL)])
    moved = {**NORMAL, "address": SECOND["address"], "phone": SECOND["phone"]}
    [changed] = await take(opened, [arrival(1, moved, "id-number")])
    assert changed.kind == "updated"
    assert await phone_of(opened, OTHER["phone"]) == PERSON["name"]
    with pytest.raises(RefusedError):
        await phone_of(opened, PERSON["phone"])
    released = await opened.door.release(CRM, ask({"phone": OTHER["phone"]}, "address", purposes=("open-account",)))
    assert released.items == {"address": SECOND["address"]}


async def test_identifiers_that_point_to_different_people_are_a_conflict_and_nothing_is_guessed(
    opened: Installation,
) -> None:
    await take(opened, [arrival(1, NORMAL), arrival(2, SECOND)])
    mixed = {**NORMAL, "phone": SECOND["phone"]}
    for by in (("phone", "id-number"), ("id-number",)):
        [found] = await take(opened, [arrival(3, mixed, *by)])
        assert (found.kind, found.what in {"phone", "id-number"}) == ("conflict", True)
    half_known = {**SECOND, "phone": "+8613700000000", "name": "王五"}
    [found] = await take(opened, [arrival(4, half_known)])
    assert found.kind == "conflict"
    assert await phone_of(opened, OTHER["phone"]) == OTHER["name"]


async def test_the_same_person_twice_in_a_batch_is_listed(opened: Installation) -> None:
    first, second = await take(opened, [arrival(1, NORMAL), arrival(2, {**NORMAL, "name": "王五"})])
    assert (first.kind, second.kind, second.what) == ("new", "conflict", "phone")


async def test_what_no_consent_is_proven_for_stays_shut_until_the_user_agrees_and_ends_with_the_term(
    opened: Installation,
) -> None:
    proven = {"open-account": AGREED["open-account"]}
    [found] = await take(opened, [arrival(1, NORMAL, consents=proven)])
    assert (found.kind, found.to_ask) == ("new", ("customer-service",))
    with pytest.raises(RefusedError) as caught:
        await phone_of(opened, PERSON["phone"])
    assert caught.value.refusal.code == "no-consent"
    opened.clock.move(timedelta(days=91))  # type: ignore[attr-defined]  # the tests' clock moves
    await opened.door.erase_due()
    [answer] = await opened.stores.custody.look_up([Query(found.subject, (), None)])
    assert "mobile/customer-service" not in answer.found[0].standing.held


async def test_a_withdrawal_made_here_outlives_an_older_proof_of_consent(opened: Installation) -> None:
    [found] = await take(opened, [arrival(1, NORMAL)])
    await opened.door.withdraw(CRM, ask(found.subject or "", purposes=("customer-service",)))
    await take(opened, [arrival(1, {**NORMAL, "name": "王五"})])
    with pytest.raises(RefusedError) as caught:
        await phone_of(opened, PERSON["phone"])
    assert caught.value.refusal.code == "no-consent"


async def test_who_is_not_entitled_takes_nobody_in_and_that_is_recorded(opened: Installation) -> None:
    run = await StoredRuns(opened.stores.databases["custody"]).begin("digest", RUN, NOW)
    [found] = await opened.door.take_in(MARKETING, REQUEST, [arrival(1, NORMAL)], Mark(run.id, 1, b""), UNTIL)
    assert (found.kind, found.what) == ("refused", "not-entitled")
    with pytest.raises(RefusedError):
        await phone_of(opened, PERSON["phone"])


async def test_a_user_who_came_through_the_door_meanwhile_is_found(opened: Installation) -> None:
    done = await subscribe(opened)
    [found] = await take(opened, [arrival(1, {**NORMAL, "name": "王五"})])
    assert (found.kind, found.subject) == ("updated", done.subject)
    assert await phone_of(opened, PERSON["phone"]) == "王五"


async def test_a_batch_cut_off_after_its_keys_goes_on_with_them(opened: Installation) -> None:
    keys = opened.stores.keys
    taken = opened.stores.custody.take_in
    opened.stores.custody.take_in = _fails  # type: ignore[method-assign,assignment]  # as if the process died here
    with pytest.raises(ConflictError):
        await take(opened, [arrival(1, NORMAL)])
    opened.stores.custody.take_in = taken  # type: ignore[method-assign]  # and runs again
    [found] = await take(opened, [arrival(1, NORMAL)])
    assert found.kind == "new"
    assert await phone_of(opened, PERSON["phone"]) == PERSON["name"]
    living = await keys.fetch(found.subject or "", ["mobile/open-account", "mobile/customer-service"])
    assert [len(each) for each in living.values()] == [1, 1]


async def _fails(*_: object) -> None:
    raise ConflictError


async def test_a_run_that_has_ended_takes_nobody_in(opened: Installation) -> None:
    with pytest.raises(ConflictError) as caught:
        await opened.door.take_in(CRM, REQUEST, [arrival(1, NORMAL)], Mark("x" * 26, 1, b""), UNTIL)
    assert caught.value.field == "mark.run"


async def test_a_batch_is_made_ready_before_its_turn_and_written_with_the_mark_of_its_turn(
    opened: Installation,
) -> None:
    runs = StoredRuns(opened.stores.databases["custody"])
    run = await runs.begin("digest", RUN, NOW)
    before = asyncio.Event()

    async def turn() -> Mark:
        await before.wait()
        return Mark(run.id, 7, b"noted")

    early = opened.door.take_in(CRM, REQUEST, [arrival(1, NORMAL)], Mark(run.id, 7, b""), UNTIL, turn)
    waiting = asyncio.create_task(early)
    await asyncio.wait([waiting], timeout=0.5)
    assert not waiting.done()
    with pytest.raises(RefusedError):
        await phone_of(opened, PERSON["phone"])
    before.set()
    [found] = await waiting
    assert found.kind == "new"
    assert await phone_of(opened, PERSON["phone"]) == PERSON["name"]
    noted = await runs.begin("digest", RUN, NOW)
    assert (noted.row, noted.body) == (7, b"noted")


async def test_whoever_the_batch_before_may_have_changed_is_looked_at_after_it(opened: Installation) -> None:
    done = await subscribe(opened)

    async def turn() -> Mark:
        await opened.door.correct(CRM, ask({"phone": PERSON["phone"]}), {"name": "王五"})
        return Mark(run.id, 1, b"")

    run = await StoredRuns(opened.stores.databases["custody"]).begin("digest", RUN, NOW)
    [found] = await opened.door.take_in(CRM, REQUEST, [arrival(1, NORMAL)], Mark(run.id, 1, b""), UNTIL, turn)
    assert (found.kind, found.subject) == ("updated", done.subject)
    assert await phone_of(opened, PERSON["phone"]) == PERSON["name"]


async def test_nothing_is_written_when_the_batch_before_failed(opened: Installation) -> None:
    async def turn() -> Mark:
        raise ConflictError

    run = await StoredRuns(opened.stores.databases["custody"]).begin("digest", RUN, NOW)
    with pytest.raises(ConflictError):
        await opened.door.take_in(CRM, REQUEST, [arrival(1, NORMAL)], Mark(run.id, 1, b""), UNTIL, turn)
    with pytest.raises(RefusedError):
        await phone_of(opened, PERSON["phone"])
