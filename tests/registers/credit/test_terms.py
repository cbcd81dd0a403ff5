"""The lists' terms as data: counted by the calendar, each with its source."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.registers.credit.terms import last_day, terms


@pytest.mark.parametrize(
    ("listed", "last"),
    [
        (date(2026, 11, 20), date(2027, 11, 20)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_twelve_months_end_on_the_same_day_or_the_months_last(listed: date, last: date) -> None:
    assert last_day(terms()["bad"], listed) == last


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.sampled_from(sorted(terms())))
def test_a_term_never_ends_before_it_begins_nor_in_another_month(listed: date, name: str) -> None:
    term = terms()[name]
    last = last_day(term, listed)
    assert (last.year - listed.year) * 12 + last.month - listed.month == term.months
    assert last.day <= listed.day


def test_each_list_says_whence_its_term_is() -> None:
    assert set(terms()) == {"bad", "dishonest"}
    assert all(each.source.zh and each.source.en and each.flag for each in terms().values())
