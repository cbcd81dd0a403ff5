"""Marks: what they change, and that they tell requests apart."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from shouze.gateway.bulk.marking import Marker, hidden, ordered, plain, visible
from tests.vault.rings import ring_in

with tempfile.TemporaryDirectory() as folder:
    RING = ring_in(Path(folder))
MINE, OTHER = Marker(RING, "a" * 26), Marker(RING, "b" * 26)


@given(st.text(min_size=1, alphabet=st.characters(codec="utf-8", exclude_characters="\u200b\u200c\u200d\u2060")))
def test_a_marked_value_is_the_value_but_for_what_nobody_sees(value: str) -> None:
    assert plain(MINE.hidden_in(value)) == value


@given(st.text(min_size=1, alphabet="0123456789+-.@:/abcdefXYZ_"))
def test_what_programs_read_stays_as_it_is(value: str) -> None:
    assert MINE.hidden_in(value) == value


def test_the_hidden_code_is_the_requests_own() -> None:
    assert hidden(MINE.hidden_in("张三")) == {MINE.code}
    assert MINE.code != OTHER.code


def test_the_mark_of_a_row_is_the_requests_own() -> None:
    [(request, number, mac)] = visible(f"x,{MINE.row(17)},y")
    assert (request, number) == (MINE.request, 17)
    assert MINE.is_row(number, mac)
    assert not OTHER.is_row(number, mac)


@given(st.sets(st.text(alphabet="0123456789", min_size=5, max_size=11), min_size=20, max_size=60))
def test_the_order_names_one_request_and_no_other(values: set[str]) -> None:
    rows = MINE.in_order([{"phone": value} for value in sorted(values)], "phone")
    column = [row["phone"] for row in rows]
    assert ordered(MINE, column)
    assert not ordered(OTHER, column)
    assert not ordered(MINE, column[::-1])


def test_a_few_rows_in_order_name_nobody() -> None:
    assert not ordered(MINE, sorted("abcdefgh", key=MINE.rank))
