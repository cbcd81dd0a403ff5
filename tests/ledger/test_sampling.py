"""Sampling: drawn again by anybody, even, and never known before."""

from __future__ import annotations

import hmac
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.ledger.sampling import draw, needed

ROOT = bytes(range(32))


@given(nonce=st.binary(min_size=16, max_size=64), size=st.integers(0, 500), count=st.integers(1, 600))
def test_a_draw_has_so_many_different_places_of_the_log_and_is_the_same_again(
    nonce: bytes, size: int, count: int
) -> None:
    drawn = draw(nonce, ROOT, size, count)
    assert len(set(drawn)) == len(drawn) == min(size, count)
    assert all(0 <= place < size for place in drawn)
    assert drawn == draw(nonce, ROOT, size, count)
    assert draw(nonce, ROOT, size, max(1, count // 2)) == drawn[: max(1, count // 2)]


def test_the_first_place_is_what_the_formula_says() -> None:
    nonce, size = b"n" * 16, 70_000
    value = int.from_bytes(hmac.digest(nonce, ROOT + bytes(8), "sha256"), "big")
    assert draw(nonce, ROOT, size, 1) == [value % size]


def test_places_are_even_and_differ_by_nonce_and_root() -> None:
    counted = Counter(draw(b"%016d" % turn, ROOT, 10, 1)[0] for turn in range(5000))
    assert min(counted.values()) > 400
    assert max(counted.values()) < 600
    assert draw(b"a" * 16, ROOT, 10**9, 5) != draw(b"b" * 16, ROOT, 10**9, 5) != draw(b"b" * 16, b"r" * 32, 10**9, 5)


@pytest.mark.parametrize(("nonce", "count"), [(b"short", 1), (b"", 1), (b"n" * 16, 0)])
def test_what_could_be_guessed_or_draws_nothing_is_refused(nonce: bytes, count: int) -> None:
    with pytest.raises(InvalidError):
        draw(nonce, ROOT, 10, count)


def test_how_many_are_needed() -> None:
    assert [needed(0.01, 0.95), needed(0.01, 0.99), needed(0.001, 0.95), needed(0.0001, 0.99)] == [
        299,
        459,
        2995,
        46050,
    ]
    for share, certainty in ((0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1)):
        with pytest.raises(InvalidError):
            needed(share, certainty)
