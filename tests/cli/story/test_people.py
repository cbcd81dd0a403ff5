"""Invented users."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shouze.cli.story.people import MOST, person
from shouze.rules.forms import normalise

NUMBERS = st.integers(0, MOST - 1)


@given(NUMBERS)
def test_each_item_of_an_invented_user_is_well_formed(number: int) -> None:
    one = person(number)
    assert normalise("phone", one.phone) == f"+86{one.phone}"
    assert normalise("id-number", one.id_number) == one.id_number
    assert normalise("text", one.name) == one.name
    assert normalise("text", one.address) == one.address
    assert normalise("email", one.email) == one.email


@given(NUMBERS, NUMBERS)
def test_no_two_users_share_a_number(first: int, second: int) -> None:
    if first != second:
        one, other = person(first), person(second)
        assert one.phone != other.phone
        assert one.id_number != other.id_number


def test_the_first_ten_thousand_are_all_different() -> None:
    people = [person(number) for number in range(10_000)]
    assert len({one.phone for one in people}) == len({one.id_number for one in people}) == len(people)
