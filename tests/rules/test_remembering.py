"""Remembering: an answer remembered is the answer that would be given."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.rules import remembering
from shouze.rules.decide import _tried, begin
from shouze.rules.policy import Policy
from shouze.rules.remembering import ANSWERS, Memory, moments, remembered
from tests.rules.scene import NOW, Scene
from tests.rules.world import worlds

STEPS = st.lists(st.integers(-400, 400).map(lambda days: timedelta(days=days)), min_size=1, max_size=4)


@given(worlds(), STEPS)
def test_what_is_remembered_at_any_time_is_what_is_decided_anew(world: Scene, steps: list[timedelta]) -> None:
    published = replace(world.policy, epoch=1)
    times = [world.now + step for step in steps]
    times += [edge + step for edge in moments(world.policy) for step in (timedelta(), timedelta(microseconds=-1))]
    for now in (*times, *times):
        begun, anew = begin(published, world.use, now), _tried(published, world.use, now)
        assert (begun.refusal, begun.withheld, begun.left) == (anew.refusal, anew.withheld, anew.left)


def test_every_moment_that_a_policy_names_begins_a_span() -> None:
    edge = NOW + timedelta(days=1)
    memory = Memory(Policy(epoch=1))
    memory._moments = [edge]
    spans = [memory.span(edge + timedelta(microseconds=step)) for step in (-1, 0, 1)]
    assert spans == [0, 1, 1]


def test_two_policies_never_share_a_memory_even_when_they_are_equal() -> None:
    one, same = Policy(epoch=1), Policy(epoch=1)
    assert remembered(one) is remembered(one)
    assert remembered(one) is not remembered(same)
    assert len(remembering._memories) <= remembering.POLICIES


def test_a_memory_is_bounded() -> None:
    answers = Memory(Policy()).answers
    for number in range(ANSWERS + 1):
        answers[number] = number
    assert len(answers) == 1


def test_an_end_deep_inside_a_policy_is_found() -> None:
    policy = replace(Policy(), services={})
    assert list(moments(policy)) == []
    assert list(moments({"a": ({"b": NOW},)})) == [NOW]
