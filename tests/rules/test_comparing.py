"""Quartiles without names: nothing of too few, nothing of one alone; a place that is one's own."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from shouze.rules.comparing import HIGHEST, LEAST, MEASURES, Measure, place, quartiles

SHARE, DAYS = MEASURES["duties-met"], MEASURES["complaint-days"]
VALUES = st.lists(st.integers(0, 10_000), min_size=LEAST, max_size=40)


@given(st.sampled_from([*MEASURES.values()]), st.lists(st.integers(0, 10_000), max_size=LEAST - 1))
def test_of_what_fewer_than_five_told_nothing_is_returned(measure: Measure, values: Sequence[int]) -> None:
    assert LEAST == 5
    assert quartiles(measure, values) is None


@given(VALUES)
def test_quartiles_agree_with_a_second_calculation(values: Sequence[int]) -> None:
    found = quartiles(DAYS, values)
    assert found is not None
    expected = statistics.quantiles(values, n=4, method="inclusive")
    assert found.members == len(values)
    assert all(abs(ours - theirs) <= 6 for ours, theirs in zip(found[1:], expected, strict=True))
    assert found.lower <= found.median <= found.upper
    assert all(each % DAYS.step == 0 for each in found[1:])


@given(VALUES, st.randoms(use_true_random=False))
def test_who_told_what_and_in_which_order_makes_no_difference(values: list[int], chance: object) -> None:
    shuffled = list(values)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert quartiles(SHARE, shuffled) == quartiles(SHARE, values)


@given(VALUES, st.integers(0, 4_000))
def test_how_far_the_best_and_the_worst_stand_out_shows_in_nothing(values: list[int], by: int) -> None:
    """The least and the greatest may go further without anything that is returned changing."""
    ordered = sorted(values)
    further = [max(ordered[0] - by, 0), *ordered[1:-1], ordered[-1] + by]
    assert quartiles(SHARE, further) == quartiles(SHARE, ordered)


@settings(max_examples=40)
@given(VALUES, st.data())
def test_a_place_counts_those_that_are_better_and_is_shared_by_equals(values: list[int], data: st.DataObject) -> None:
    own = data.draw(st.sampled_from(values))
    assert place(SHARE, own, values) == sorted(values, reverse=True).index(own) + 1
    assert place(DAYS, own, values) == sorted(values).index(own) + 1
    apart = set(values)
    assert sorted(place(SHARE, each, apart) for each in apart) == list(range(1, len(apart) + 1))


def test_measures_are_told_in_both_languages_as_people_read_them() -> None:
    assert [*SHARE.told(9_125)] == ["91.2%", "91.2%"]
    assert [*DAYS.told(350)] == ["3.5 日", "3.5 days"]
    assert all(each.unit in HIGHEST and each.words.zh and each.words.en for each in MEASURES.values())
