"""Grading: criteria with sources, the grade they ask for, and what numbers suggest."""

from __future__ import annotations

import pytest

from shouze.registers.incidents.grading import GRADES, asked_for, below, criteria, suggested


def test_every_criterion_has_words_and_a_source_in_both_languages() -> None:
    for each in criteria().values():
        assert each.grade in GRADES
        assert all((each.text.zh, each.text.en, each.source.zh, each.source.en)), each.id


def test_the_gravest_criterion_decides() -> None:
    assert asked_for([]) == "ordinary"
    assert asked_for(["harm"]) == "serious"
    assert asked_for(["harm", "society"]) == "particular"
    assert below("ordinary", "serious")
    assert not below("particular", "serious")


@pytest.mark.parametrize(
    ("subjects", "items", "met"),
    [
        (49, ["track"], []), (50, ["track"], ["content-50"]), (499, ["call-record"], []),
        (500, ["call-record"], ["records-500"]), (4999, ["phone"], []), (5000, ["phone"], ["any-5000"]),
        (50_000, ["phone"], ["any-5000", "tenfold"]), (1, ["face"], ["sensitive"]),
        (None, ["track"], []), (9999, [], []),
    ],
)  # fmt: skip
def test_numbers_suggest_what_they_meet(subjects: int | None, items: list[str], met: list[str]) -> None:
    assert suggested(subjects, items, ["face"]) == met
