"""The goals of quality, on material whose contents are known: smaller than docs/discovery.md reports, other seeds."""

from __future__ import annotations

from discovery.quality import Score, of_columns, of_lines
from discovery.sentences import CHECKABLE, checkable_lines, free_lines

from tests.discovery.looking import scanner

SEED = 7


def _sum(scores: dict[str, Score]) -> Score:
    return sum(scores.values(), Score())


def test_columns_are_judged_with_an_f1_of_97_hundredths() -> None:
    scores = of_columns(scanner(), SEED, 36, rows=30)
    assert _sum(scores).f1 >= 0.97
    assert {kind: score.examples for kind, score in scores.items() if score.f1 < 0.9} == {}


def test_checkable_identifiers_are_found_in_text() -> None:
    score = _sum(of_lines(scanner(), checkable_lines(SEED, 1_700), CHECKABLE))
    assert score.recall >= 0.99
    assert score.precision >= 0.995


def test_names_and_addresses_are_found_in_free_text() -> None:
    for kind in ("name", "address"):
        score = of_lines(scanner(), free_lines(SEED, 300, kind), (kind,))[kind]
        assert score.recall >= 0.9, kind
        assert score.precision >= 0.9, kind
