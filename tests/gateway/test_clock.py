"""The clock: it stands still for a moment, and is refused once it has stepped back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import UnavailableError
from shouze.gateway.clock import TOLERATED, SteadyClock

START = datetime(2026, 3, 1, tzinfo=UTC)


def clock(*milliseconds: int) -> SteadyClock:
    readings = iter([START + timedelta(milliseconds=each) for each in milliseconds])
    return SteadyClock(lambda: next(readings))


def test_a_small_step_back_stands_still() -> None:
    steady = clock(100, 60, 101)
    assert [steady.now() - START for _ in range(3)] == [timedelta(milliseconds=each) for each in (100, 100, 101)]


def test_a_large_step_back_is_refused_until_the_time_is_reached_again() -> None:
    steady = clock(1000, 0, 940, 950, 1001)
    steady.now()
    for _ in range(2):
        with pytest.raises(UnavailableError):
            steady.now()
    assert [steady.now(), steady.now()] == [START + timedelta(seconds=1), START + timedelta(milliseconds=1001)]


@given(st.lists(st.integers(0, 300), min_size=1))
def test_no_answer_stands_before_an_earlier_one(milliseconds: list[int]) -> None:
    steady, last = clock(*milliseconds), START
    for reading in milliseconds:
        read = START + timedelta(milliseconds=reading)
        if read < last - TOLERATED:
            with pytest.raises(UnavailableError):
                steady.now()
            continue
        assert steady.now() == max(last, read)
        last = max(last, read)


def test_without_a_reader_the_clock_is_utc() -> None:
    assert SteadyClock().now().utcoffset() == timedelta()
