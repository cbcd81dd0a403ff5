"""One spelling only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.ledger.strict import base64_of, base64_row, read_base64, read_decimal


@given(st.binary(max_size=80))
def test_base64_reads_back(raw: bytes) -> None:
    assert read_base64(base64_of(raw), "x", length=len(raw)) == raw


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=9))
def test_a_row_of_base64_is_that_of_each_but_for_the_padding(pieces: list[bytes]) -> None:
    row = base64_row(pieces).decode()
    assert [row[at : at + 43] for at in range(0, len(row), 44)] == [base64_of(each)[:43] for each in pieces]
    assert len(row) == 44 * len(pieces)


@pytest.mark.parametrize("text", ["a", "QQ", "QR==", "QQ==\n", " QQ==", "QQ=", "Q Q=", "QQ==QQ==", "-_==", "é"])
def test_another_spelling_of_base64_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        read_base64(text, "x")


def test_another_length_is_refused() -> None:
    with pytest.raises(InvalidError):
        read_base64("QQ==", "x", length=2)


@pytest.mark.parametrize("text", ["", "01", "-1", "+1", "1 ", "1.0", "٣", "1_000", str(1 << 63), "9" * 400])
def test_another_spelling_of_a_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        read_decimal(text, "x")


def test_numbers_up_to_the_largest_are_read() -> None:
    assert [read_decimal(text, "x") for text in ("0", "70000", str((1 << 63) - 1))] == [0, 70000, (1 << 63) - 1]
