"""Moments as the log and its tables count them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from shouze.ledger.moments import micros, moment


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_comes_back_to_the_microsecond(at: datetime) -> None:
    assert moment(micros(at)) == at
    assert moment(micros(at)).tzinfo is UTC


def test_microseconds_are_counted_in_utc() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert micros(datetime(1970, 1, 1, 8, 0, 1, 5, tzinfo=shanghai)) == 1_000_005
