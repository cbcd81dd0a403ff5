"""What has come to its end: erased at that moment and no other, and once; what the law keeps stays its whole period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from shouze.gateway.changing import expired, usage_keys_ended
from shouze.gateway.ports import Change, EndedKey
from shouze.ledger.entry import parse_leaf
from shouze.rules.refusal import RefusedError
from shouze.rules.standing import Held, Standing
from shouze.rules.use import usage_of
from shouze.wiring import Installation
from tests.gateway.test_passage import raw_leaves
from tests.installation import CLERK, CRM, PERSON, SECURITY, MovingClock, ask, subscribe

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
GROUND = "mobile/billing"


def held(due: datetime | None, item: str = "phone", **more: object) -> Standing:
    return Standing({"mobile": None}, held={GROUND: {item: Held(1, NOW - HOUR, due)}}, **more)  # type: ignore[arg-type]  # the standing's own fields


@pytest.mark.parametrize(("due", "stays"), [(None, True), (NOW + HOUR, True), (NOW, False), (NOW - HOUR, False)])
def test_what_is_held_ends_at_the_very_moment_it_is_due(due: datetime | None, *, stays: bool) -> None:
    assert (expired(held(due), NOW).items_held() == {"phone"}) is stays


def test_who_uses_a_service_stays_a_user_although_nothing_is_held() -> None:
    after = expired(held(NOW), NOW)
    assert (after.erased_at, after.services, after.held) == (None, {"mobile": None}, {})


def test_who_left_is_erased_with_the_last_thing_that_was_held_and_that_moment_stays() -> None:
    left = Standing({"mobile": NOW - HOUR}, held={GROUND: {"phone": Held(1, NOW - HOUR, NOW)}})
    assert expired(left, NOW - HOUR).erased_at is None
    erased = expired(left, NOW)
    assert erased == Standing(erased_at=NOW)
    assert expired(erased, NOW + HOUR) == erased


def test_of_several_grounds_each_keeps_its_own_time() -> None:
    standing = held(NOW).holding("mobile/other", {"phone": Held(1, NOW - HOUR, NOW + HOUR)})
    assert expired(standing, NOW).held == {"mobile/other": standing.held["mobile/other"]}


def test_the_key_of_each_item_that_is_used_no_more_ends_and_those_beside_it_live() -> None:
    """Records of use have a key for each item, in the version that the standing names."""
    used = usage_of(GROUND)
    before = {used: {"calls": Held(3, NOW), "data": Held(4, NOW)}, GROUND: {"phone": Held(7, NOW)}}
    assert usage_keys_ended(before, {used: {"data": Held(4, NOW)}}) == (EndedKey(used, 3),)
    assert usage_keys_ended(before, before) == ()
    assert set(usage_keys_ended(before, {})) == {EndedKey(used, 3), EndedKey(used, 4)}


async def test_an_item_that_is_withdrawn_takes_the_key_it_was_sealed_with_along(opened: Installation) -> None:
    """What it lay beside is sealed anew: else a copy of the row would still open."""
    user = (await subscribe(opened)).subject
    before = await opened.stores.keys.fetch(user, ["mobile/open-account"])
    await opened.door.withdraw(CRM, ask(user, "address", purposes=("open-account",)))
    after = await opened.stores.keys.fetch(user, ["mobile/open-account"])
    assert after["mobile/open-account"]
    assert not {*before["mobile/open-account"]} & {*after["mobile/open-account"]}


async def test_a_change_that_a_freeze_overtakes_is_refused_and_recorded_as_refused(
    opened: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permitted at first, it is decided again on the newer state and never written on the old decision."""
    user, custody = (await subscribe(opened)).subject, opened.stores.custody
    change_many, came_between = custody.change_many, list[str]()

    async def overtaken(states: Sequence[Change]) -> list[bool]:
        if not came_between:
            came_between.append("freeze")
            await opened.door.freeze(SECURITY, ask(user), "INC-1")
        return await change_many(states)

    monkeypatch.setattr(custody, "change_many", overtaken)
    with pytest.raises(RefusedError) as caught:
        await opened.door.correct(CLERK, ask(user), {"name": "王五"})
    assert caught.value.refusal.code == "frozen"
    verdicts = [parse_leaf(raw) for raw in await raw_leaves(opened)]
    of_correction = [(each.verdict.outcome, each.verdict.code) for each in verdicts if each.what.act == "correct"]
    assert ("permitted", None) in of_correction
    assert ("refused", "frozen") in of_correction
    await opened.door.freeze(SECURITY, ask(user), None)
    assert (await opened.door.release(CLERK, ask(user, "name"))).items == {"name": PERSON["name"]}


async def test_of_an_erased_user_no_tag_stays_not_even_of_a_number_given_back(
    opened: Installation, clock: MovingClock
) -> None:
    user = (await subscribe(opened)).subject
    await opened.door.give_back(CRM, ask(user), ["phone"])
    await opened.door.terminate(CRM, ask(user))
    clock.move(timedelta(days=190))
    await opened.door.erase_due()
    rows = await opened.stores.databases["custody"].fetch(
        "SELECT item FROM custody.binding WHERE subject = :subject", {"subject": user}
    )
    assert rows == []
