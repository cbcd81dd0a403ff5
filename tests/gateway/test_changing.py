"""What has come to its end: erased at that moment and no other, and once; what the law keeps stays its whole period."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shouze.gateway.changing import expired, usage_keys_ended
from shouze.gateway.ports import EndedKey
from shouze.rules.standing import Held, Standing
from shouze.rules.use import usage_of

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
