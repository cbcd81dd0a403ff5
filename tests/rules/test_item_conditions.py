"""Conditions of each item: a refused item is withheld, the others stay permitted."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.rules.case import Case
from shouze.rules.decide import Permit
from shouze.rules.item_conditions import ITEM_CONDITIONS, SUBJECT_ITEM_CONDITIONS
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Held, Standing
from shouze.rules.use import ground_of
from tests.rules.permitted import permitted
from tests.rules.scene import BEFORE, ITEMS, NOW, Scene, freeze, refusal_of, without
from tests.rules.world import standings, worlds


@settings(max_examples=60)
@given(worlds() | permitted(), st.none() | standings())
def test_no_condition_but_the_last_looks_at_the_subject(scene: Scene, standing: Standing | None) -> None:
    cases = [Case.of(scene.policy, scene.use, each, scene.now) for each in (scene.standing, standing)]
    for item in ITEMS:
        for condition in ITEM_CONDITIONS:
            assert condition(cases[0], item) == condition(cases[1], item)


def test_no_condition_stands_twice() -> None:
    every = [*ITEM_CONDITIONS, *SUBJECT_ITEM_CONDITIONS]
    assert len(set(every)) == len(every)


@settings(max_examples=60)
@given(permitted())
def test_a_refused_item_is_withheld_and_the_others_are_permitted(scene: Scene) -> None:
    first, *others = scene.use.items
    decision = scene.with_policy(freezes=(freeze("item", first),)).decision
    if not others:
        assert decision == Refusal("frozen", first)
        return
    assert isinstance(decision, Permit)
    assert decision.items == tuple(others)
    assert decision.withheld == {first: Refusal("frozen", first)}


@settings(max_examples=40)
@given(permitted(law=False))
def test_with_no_item_left_the_first_refusal_is_the_answer(scene: Scene) -> None:
    first, last = scene.use.items[0], scene.use.items[-1]
    narrowed = scene.with_purpose(items=without(scene.purpose.items, last)).with_standing(consents={})
    code = "beyond-necessary" if first == last else "no-consent"
    assert narrowed.decision == Refusal(code, first)


@settings(max_examples=10)
@given(permitted(actions=("read", "use"), law=False))
def test_an_item_is_withheld_from_the_very_moment_of_its_freezing_or_of_its_end_on(scene: Scene) -> None:
    first, ground = scene.use.items[0], ground_of(scene.use.service, scene.use.purpose)
    for at, stops in ((NOW, True), (NOW + timedelta(microseconds=1), False)):
        frozen = scene.with_policy(freezes=(replace(freeze("item", first), since=at),))
        over = scene.with_standing(held={ground: {first: Held(1, BEFORE, at)}})
        for stopped, code in ((frozen, "frozen"), (over, "retention-ended")):
            assert (refusal_of(stopped.decision, first) == Refusal(code, first)) is stops
