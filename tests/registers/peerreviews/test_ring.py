"""Who reviews whom: everybody once, nobody whom they are reviewed by; anybody draws the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.registers.peerreviews.ring import ring

PARTIES = st.sets(st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1), min_size=3, max_size=30)


@given(st.text(), PARTIES)
def test_everybody_reviews_one_and_is_reviewed_by_one_and_never_by_whom_they_review(
    seed: str, parties: set[str]
) -> None:
    pairs = ring(seed, parties)
    assert {reviewer for reviewer, _ in pairs} == {reviewed for _, reviewed in pairs} == parties
    assert len(pairs) == len(parties)
    assert not {(b, a) for a, b in pairs} & {*pairs}


@given(st.text(), PARTIES)
def test_the_same_seed_draws_the_same_whatever_the_order(seed: str, parties: set[str]) -> None:
    assert ring(seed, sorted(parties)) == ring(seed, sorted(parties, reverse=True))


def test_another_seed_draws_another_ring() -> None:
    parties = [f"p{number}" for number in range(9)]
    assert len({tuple(ring(str(seed), parties)) for seed in range(20)}) > 15


@pytest.mark.parametrize("count", [0, 1, 2])
def test_two_would_review_one_another(count: int) -> None:
    with pytest.raises(ValueError, match=str(count)):
        ring("x", [f"p{number}" for number in range(count)])
