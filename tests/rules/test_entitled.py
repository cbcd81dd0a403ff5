"""What an actor may ask for, compared with what is decided."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.rules.decide import begin
from shouze.rules.entitled import entitled_to
from shouze.rules.use import BULK, OF_ITEMS, Action, Actor, Place
from tests.rules.permitted import permitted
from tests.rules.scene import ITEMS, NOW, RECIPIENTS, SUBJECT, Scene
from tests.rules.world import actors, worlds


def _listed(scene: Scene, item: str) -> bool:
    use = scene.use
    return any(
        (each.service, each.purpose, each.recipient) == (use.service, use.purpose, use.recipient)
        and use.action in each.actions
        and item in each.items
        and each.site in {None, use.place.site}
        for each in entitled_to(scene.policy, use.actor, NOW)
    )


def _let_through(scene: Scene, item: str) -> bool:
    begun = begin(scene.policy, replace(scene.use, items=(item,), volume=1), NOW)
    return begun.refusal is None and not begun.withheld


PEOPLE = actors(kinds=("staff", "agent-staff", "service"))
ONE_BY_ONE = st.sampled_from(sorted(OF_ITEMS - BULK))


@given(worlds(), PEOPLE, ONE_BY_ONE, st.sampled_from(RECIPIENTS))
def test_what_is_listed_is_what_a_decision_lets_through_as_far_as_the_user(
    world: Scene, actor: Actor, action: Action, recipient: str
) -> None:
    scene = world.with_use(actor=actor, action=action, recipient=recipient if action == "disclose" else None)
    for item in ITEMS:
        assert _listed(scene, item) == _let_through(scene, item)


@given(permitted())
def test_whatever_is_permitted_is_listed(scene: Scene) -> None:
    assume((scene.use.recipient is not None) == (scene.use.action == "disclose"))
    assert all(_listed(scene, item) for item in scene.use.items)


@given(permitted())
def test_a_user_is_told_nothing_and_nobody_anothers_grants(scene: Scene) -> None:
    assert entitled_to(scene.policy, Actor("subject", SUBJECT), NOW) == ()
    assert entitled_to(scene.policy, Actor("service", "nobody-at-all"), NOW) == ()


@given(permitted())
def test_what_holds_at_one_site_alone_says_so(scene: Scene) -> None:
    for each in entitled_to(scene.policy, scene.use.actor, NOW):
        there = scene.with_use(
            service=each.service, purpose=each.purpose, action=each.actions[0], items=each.items[:1],
            recipient=each.recipient, place=Place(each.site), approval=None,
        )  # fmt: skip
        assert each.actions[0] in BULK or _let_through(there, each.items[0])
