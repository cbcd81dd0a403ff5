"""Duplicates within a source are met whatever stands between them."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from shouze.gateway.arriving import Arrival
from shouze.intake.seen import Duplicate, Seen


def arrival(number: int, phone: str | None, name: str = "张三") -> Arrival:
    return Arrival(number, {"name": name, **({"phone": phone} if phone else {})})


def test_a_later_row_of_the_same_user_is_listed_and_the_earlier_named() -> None:
    seen = Seen(("phone", "email"), os.urandom)
    fresh, duplicates = seen.sift([arrival(1, "a"), arrival(2, "b"), arrival(3, "a", "李四")])
    assert [each.number for each in fresh] == [1, 2]
    assert duplicates == [Duplicate(3, "phone", 1, same=False)]
    assert seen.sift([arrival(4, "b")]) == ([], [Duplicate(4, "phone", 2, same=True)])
    seen.close()


def test_rows_without_the_identifier_are_nobodys_duplicates() -> None:
    seen = Seen(("phone",), os.urandom)
    assert len(seen.sift([arrival(1, None), arrival(2, None)])[0]) == 2
    seen.close()


@given(st.lists(st.integers(0, 20), max_size=60), st.integers(1, 10))
def test_it_makes_no_difference_where_chunks_end(phones: list[int], size: int) -> None:
    rows = [arrival(number, str(phone)) for number, phone in enumerate(phones)]
    at_once, piecemeal = Seen(("phone",), os.urandom), Seen(("phone",), os.urandom)
    fresh, duplicates = at_once.sift(rows)
    parts = [piecemeal.sift(rows[start : start + size]) for start in range(0, len(rows), size)]
    assert fresh == [each for part, _ in parts for each in part]
    assert duplicates == [each for _, part in parts for each in part]
    assert [each.values["phone"] for each in fresh] == list(dict.fromkeys(map(str, phones)))
    at_once.close()
    piecemeal.close()
