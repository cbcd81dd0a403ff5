"""Periods of years, months and days, and the moments that they lead to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.rules.period import Moment, after, parse_period


@pytest.mark.parametrize(
    ("text", "parts"), [("P6M", (6, 0)), ("P2Y", (24, 0)), ("P30D", (0, 30)), ("P1Y2M3D", (14, 3)), ("P0D", (0, 0))]
)
def test_a_period_is_read_as_months_and_days(text: str, parts: tuple[int, int]) -> None:
    assert parse_period(text) == parts


@pytest.mark.parametrize(
    "text", ["", "P", "6M", "P6", "P6W", "PT6M", "P-6M", "P6M\n", "p6m", "P6D6M", "P1.5Y", "P12345Y"]
)
def test_what_is_no_period_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidError, match="P6M") as caught:
        parse_period(text, "retention.period")
    assert caught.value.field == "retention.period"


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2023-01-31", "P1M", "2023-02-28"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2026-10-31", "P6M", "2027-04-30"),
        ("2026-12-01", "P1M", "2027-01-01"),
        ("2026-01-31", "P1M1D", "2026-03-01"),
        ("2026-12-31", "P30D", "2027-01-30"),
    ],
)
def test_a_day_that_the_month_lacks_becomes_its_last(start: str, period: str, end: str) -> None:
    assert after(datetime.fromisoformat(start + "T08:30:00+00:00"), period) == datetime.fromisoformat(
        end + "T08:30:00Z"
    )


_STARTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds of timezones


@given(_STARTS, st.integers(0, 999), st.integers(0, 9999), st.integers(0, 99999))
def test_no_period_runs_backwards_or_out_of_the_calendar(start: datetime, years: int, months: int, days: int) -> None:
    end = after(start, f"P{years}Y{months}M{days}D")
    assert end >= start
    assert end - start >= timedelta(days=days)
    assert (end == start) is (years == months == days == 0)


def test_a_moment_has_its_offset() -> None:
    assert msgspec.convert("2026-01-01T08:00:00+08:00", Moment) == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert("2026-01-01T00:00:00", Moment)
