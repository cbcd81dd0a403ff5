"""A framed message splits in one way only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.vault.framing import frame, words

parts = st.lists(st.one_of(st.binary(max_size=8), st.text(max_size=4)), max_size=5)


@given(parts, parts)
def test_different_parts_make_different_messages(left: list[bytes | str], right: list[bytes | str]) -> None:
    def as_bytes(words: list[bytes | str]) -> list[bytes]:
        return [word.encode() if isinstance(word, str) else word for word in words]

    assert (frame(*left) == frame(*right)) == (as_bytes(left) == as_bytes(right))


def test_a_boundary_cannot_be_moved() -> None:
    assert frame("ab", "c") != frame("a", "bc") != frame("abc")
    assert frame("a") != frame("a", "") != frame("", "a")


def test_the_bytes_are_those_that_other_programs_are_told() -> None:
    assert frame(b"L", "号", 258).hex() == "000000014c00000003e58fb7000000080000000000000102"


@pytest.mark.parametrize("number", [-1, 2**64])
def test_a_number_that_does_not_fit_is_refused(number: int) -> None:
    with pytest.raises(InvalidError):
        frame("label", number)


@given(parts, parts)
def test_frames_one_behind_another_are_the_frame_of_all_parts(
    left: list[bytes | str], right: list[bytes | str]
) -> None:
    assert words(*left) + frame(*right) == frame(*left, *right)


@pytest.mark.parametrize("length", [0, 255, 256, 70_000])
def test_a_part_may_be_of_any_length(length: int) -> None:
    assert frame(bytes(length)) == length.to_bytes(4, "big") + bytes(length)
