"""Conditions of a use as a whole: those that ask about the subject come last."""

from __future__ import annotations

from dataclasses import replace as rearranged
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.rules.case import Case
from shouze.rules.conditions import CONDITIONS, SUBJECT_CONDITIONS
from shouze.rules.decide import Permit
from shouze.rules.entries import Grant
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Standing
from shouze.rules.use import SUBJECT_RIGHTS
from tests.rules.permitted import permitted
from tests.rules.scene import BEFORE, NOW, SUBJECT, Scene, freeze
from tests.rules.world import standings, worlds


@settings(max_examples=60)
@given(worlds() | permitted(), st.none() | standings())
def test_no_condition_but_the_last_looks_at_the_subject(scene: Scene, standing: Standing | None) -> None:
    cases = [Case.of(scene.policy, scene.use, each, scene.now) for each in (scene.standing, standing)]
    for condition in CONDITIONS:
        assert condition(cases[0]) == condition(cases[1])


def test_no_condition_stands_twice() -> None:
    every = [*CONDITIONS, *SUBJECT_CONDITIONS]
    assert len(set(every)) == len(every)


@pytest.mark.duty("A13-3-permissions")
@settings(max_examples=20)
@given(permitted(kinds=("staff",), face=True))
def test_a_portal_speaks_for_subjects_and_a_desk_for_everybody_else(scene: Scene) -> None:
    face = scene.policy.issuers["face-1"]
    portal = scene.with_policy(issuers={"face-1": replace(face, face="portal")})
    assert portal.decision == Refusal("caller-unknown")
    own = replace(scene.use.actor, kind="subject", id=SUBJECT, post=None)
    right = {"actor": own, "purpose": SUBJECT_RIGHTS, "action": "read", "volume": 1, "recipient": None}
    assert not isinstance(portal.with_use(**right).decision, Refusal)
    assert scene.with_use(**right).decision == Refusal("caller-unknown")


@pytest.mark.duty("A11-no-unfit")
@settings(max_examples=20)
@given(permitted(kinds=("service",), token=False))
def test_a_program_of_an_unfit_agent_is_refused_like_its_staff(scene: Scene) -> None:
    theirs = scene.with_use(actor=replace(scene.use.actor, agent="shop"))
    assert not isinstance(theirs.decision, Refusal)
    unfit = theirs.with_policy(agents={"shop": replace(scene.policy.agents["shop"], fit=False)})
    assert unfit.decision == Refusal("agent-unfit")


@settings(max_examples=20)
@given(permitted(actions=("collect",)))
@pytest.mark.duty("A10-op-secrecy")
def test_nothing_is_collected_of_a_subject_that_was_named_and_not_found(scene: Scene) -> None:
    assert rearranged(scene, standing=None).decision == Refusal("subject-unknown")
    assert not isinstance(scene.decision, Refusal)


@settings(max_examples=20)
@given(permitted(actions=("destroy",)))
@pytest.mark.duty("A09-4-stop")
def test_what_a_user_leaves_behind_may_still_be_destroyed(scene: Scene) -> None:
    assert isinstance(scene.with_standing(services={scene.use.service: BEFORE}).decision, Permit)


@pytest.mark.duty("A10-no-illegal-supply")
@settings(max_examples=40)
@given(permitted(actions=("export", "copy", "read", "use")))
def test_whatever_names_a_recipient_names_a_declared_one(scene: Scene) -> None:
    assert scene.with_use(recipient="nobody").decision == Refusal("recipient-not-declared", "recipient")


@settings(max_examples=20)
@given(permitted(actions=("read",)), st.sampled_from(("staff", "service", "agent-staff")))
@pytest.mark.duty("A13-3-bulk")
def test_approving_is_granted_to_staff_alone(scene: Scene, kind: Any) -> None:
    agent = "shop" if kind == "agent-staff" else None
    actor = replace(scene.use.actor, kind=kind, post="clerk", caller=None, issuer=None, agent=agent)
    holder = {"staff": "post:clerk", "service": "account:wang", "agent-staff": "agent:shop"}[kind]
    grant = Grant(services=frozenset({scene.use.service}), actions=frozenset({"approve"}))
    reviewing = scene.with_use(actor=actor, action="approve").with_policy(grants={holder: (grant,)})
    assert isinstance(reviewing.decision, Permit) == (kind == "staff")


MOMENT = timedelta(microseconds=1)


@settings(max_examples=10)
@given(permitted(actions=("read", "use"), law=False))
def test_what_stops_a_use_stops_it_from_its_very_moment_on_and_not_before(scene: Scene) -> None:
    service = scene.use.service
    for at, stops in ((NOW, True), (NOW + MOMENT, False)):
        freezing = replace(freeze("service", service), since=at)
        ended, left = Refusal("service-ended", "service"), {service: at}
        for stopped, refusal in (
            (scene.with_policy(freezes=(freezing,)), Refusal("frozen", "service")),
            (scene.with_service(ended_at=at), ended),
            (scene.with_standing(services=left), ended),
        ):
            assert (stopped.decision == refusal) is stops
