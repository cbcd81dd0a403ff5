"""The wheel: a sector for each duty, in order, none over another, closed."""

from __future__ import annotations

import math
import re

from hypothesis import given
from hypothesis import strategies as st

from shouze.desk.wheel import MIDDLE, SIZE, Spoke, drawn
from shouze.rules.duty import STATES

SPOKES = st.lists(st.tuples(st.integers(1, 17), st.sampled_from(STATES)), max_size=80).map(
    lambda each: [Spoke(f"D{n}", str(article), state) for n, (article, state) in enumerate(sorted(each))]
)


def angle(x: float, y: float) -> float:
    return math.degrees(math.atan2(x - MIDDLE, MIDDLE - y)) % 360


@given(SPOKES)
def test_every_duty_has_a_sector_clockwise_in_its_order(spokes: list[Spoke]) -> None:
    wheel = drawn(spokes, STATES)
    assert [(each.name, each.state) for each in wheel.duties] == [(each.duty, each.state) for each in spokes]
    angles = [angle(each.x, each.y) for each in wheel.duties]
    assert angles == sorted(angles)
    assert len({round(each, 2) for each in angles}) == len(spokes)


@given(SPOKES)
def test_an_article_is_as_bad_as_its_worst_duty(spokes: list[Spoke]) -> None:
    wheel = drawn(spokes, STATES)
    for article in wheel.articles:
        states = [each.state for each in spokes if each.article == article.name]
        assert article.state == min(states, key=[*map(str, STATES)].index)
    assert [each.name for each in wheel.articles] == list(dict.fromkeys(each.article for each in spokes))


@given(SPOKES)
def test_the_drawing_stays_within_its_frame_and_closes(spokes: list[Spoke]) -> None:
    wheel = drawn(spokes, STATES)
    for each in (*wheel.duties, *wheel.articles):
        assert re.fullmatch(r"M[\d. ]+A[\d. ]+L[\d. ]+A[\d. ]+Z", each.path), each.path
        assert 0 <= each.x <= SIZE
        assert 0 <= each.y <= SIZE


def test_nothing_is_drawn_of_nothing() -> None:
    assert drawn([], STATES).duties == ()
