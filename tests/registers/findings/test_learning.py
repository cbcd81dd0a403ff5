"""How judgements teach: by rules that anybody can recompute."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.registers.findings.learning import Judged, name_of, outgrown, score, tallied

CONFIDENCES, COUNTS = st.floats(0, 1), st.integers(0, 1000)


@pytest.mark.parametrize(
    ("confidence", "right", "wrong", "expected"),
    [(0.9, 0, 0, 0.9), (0.9, 0, 1, 0.6), (0.9, 0, 7, 0.2), (0.6, 2, 0, 0.8), (0.5, 3, 3, 0.5)],
)
def test_the_scanners_confidence_weighs_as_much_as_two_judgements(
    confidence: float, right: int, wrong: int, expected: float
) -> None:
    assert score(confidence, Judged(right, wrong)) == pytest.approx(expected)


@given(CONFIDENCES, COUNTS, COUNTS)
def test_a_score_is_between_none_and_certain_and_moves_with_what_is_judged(
    confidence: float, right: int, wrong: int
) -> None:
    here = score(confidence, Judged(right, wrong))
    assert 0 <= here <= 1
    assert score(confidence, Judged(right + 1, wrong)) >= here >= score(confidence, Judged(right, wrong + 1))


def test_what_is_true_declared_or_a_shortcoming_was_right() -> None:
    assert tallied({"true": 1, "declared": 2, "ticket": 3, "false": 4, "": 5}) == Judged(6, 4)


@pytest.mark.parametrize(
    ("before", "now", "again"),
    [(100, 200, False), (100, 201, True), (1, 10, False), (1, 11, True), (0, 9, False), (0, 10, True), (50, 3, False)],
)
def test_a_judgement_is_made_again_when_more_than_twice_as_much_lies_there(before: int, now: int, again: bool) -> None:
    assert outgrown(before, now) is again


@pytest.mark.parametrize(
    ("place", "name"),
    [("crm.users.ID_NO", "id_no"), ("users.phone", "phone"), ("logs/app.log", "app.log"), ("a.log", "log"),
     ("x\\y\\客户.xlsx", "客户.xlsx"), ("plain", "plain"), ("old/p.csv.phone", "phone")],
)  # fmt: skip
def test_judgements_teach_columns_and_files_of_the_same_name(place: str, name: str) -> None:
    assert name_of(place) == name
