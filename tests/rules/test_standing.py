"""Standings: each transition does what it says, and takes away no more and no less."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from shouze.rules.standing import Agreement, Consent, Held, Standing
from tests.rules.scene import AFTER, BEFORE, ITEMS, NOW, SERVICES
from tests.rules.world import GROUNDS, consents, some, standings

A_GROUND = st.sampled_from(GROUNDS)


@settings(max_examples=60)
@given(standings())
def test_a_standing_comes_back_from_json_as_it_was(standing: Standing) -> None:
    assert msgspec.json.decode(msgspec.json.encode(standing), type=Standing) == standing


@settings(max_examples=60)
@given(standings(), A_GROUND, some(ITEMS))
def test_a_withdrawal_narrows_the_named_ground_alone(standing: Standing, ground: str, items: frozenset[str]) -> None:
    after, before = standing.withdrawn(ground, items, NOW), standing.consents.get(ground)
    assert {name: each for name, each in after.consents.items() if name != ground} == {
        name: each for name, each in standing.consents.items() if name != ground
    }
    assert after.items_held() <= standing.items_held()
    if before is None or before.withdrawn_at is not None:
        assert after == standing
        return
    consent, left = after.consents[ground], after.held.get(ground, {})
    assert (consent.withdrawn_at or consent.items) == (
        NOW if not before.items - items or not items else before.items - items
    )
    assert not left.keys() & items
    assert left.keys() == standing.held.get(ground, {}).keys() - items if consent.withdrawn_at is None else not left
    assert after.withdrawn(ground, items, AFTER) == after or not items


@settings(max_examples=60)
@given(standings(), A_GROUND, some(ITEMS))
def test_items_held_and_let_go_leave_the_rest_as_it_was(standing: Standing, ground: str, items: frozenset[str]) -> None:
    held = {item: Held(2, NOW, AFTER) for item in items}
    after = standing.holding(ground, held)
    assert after.items_held() == standing.items_held() | items
    assert {item: after.held[ground][item] for item in items} == held
    gone = after.without_items(ground, items)
    assert gone.held.get(ground, {}).keys() == standing.held.get(ground, {}).keys() - items
    assert ground not in gone.held or gone.held[ground]
    assert {name: each for name, each in gone.held.items() if name != ground} == {
        name: each for name, each in standing.held.items() if name != ground
    }


@settings(max_examples=60)
@given(standings())
def test_the_next_due_is_the_earliest_there_is(standing: Standing) -> None:
    dues = [held.due for items in standing.held.values() for held in items.values() if held.due]
    assert standing.next_due() == (min(dues) if dues else None)


@settings(max_examples=30)
@given(standings(), consents(), st.sampled_from(SERVICES))
def test_consents_and_limits_replace_their_own_kind(standing: Standing, consent: Consent, service: str) -> None:
    after = standing.consented(service, "serve", consent)
    assert after.consents == {**standing.consents, f"{service}/serve": consent}
    limits = standing.agreed(Agreement("limit-9", service)).agreed(Agreement("limit-9", service, until=NOW)).agreements
    assert [each.until for each in limits if each.id == "limit-9"] == [NOW]
    assert limits[:-1] == standing.agreements


def test_the_first_ending_counts_until_the_user_is_back() -> None:
    left = Standing().joined("mobile").left("mobile", BEFORE)
    assert left.left("mobile", NOW).services == {"mobile": BEFORE}
    assert left.joined("mobile").services == {"mobile": None}


@settings(max_examples=30)
@given(standings())
def test_of_an_erased_subject_nothing_remains_but_that_it_is_erased(standing: Standing) -> None:
    assert standing.erased(NOW) == Standing(erased_at=NOW)
    assert standing.erased(NOW).next_due() is None


def test_an_account_is_frozen_and_released() -> None:
    assert Standing().frozen("incident-1").frozen_by == "incident-1"
    assert Standing().frozen("incident-1").frozen(None) == Standing()
