"""Days and years are China's, whatever the clock of the machine says."""

from __future__ import annotations

from datetime import date, datetime

from shouze.chinatime import day_of, end_of


def test_a_day_is_chinas_whatever_the_hour_in_utc() -> None:
    assert day_of(datetime.fromisoformat("2026-02-28T16:00:00+00:00")) == date(2026, 3, 1)
    assert day_of(datetime.fromisoformat("2026-02-28T15:59:59+00:00")) == date(2026, 2, 28)


def test_a_year_ends_at_midnight_in_china() -> None:
    assert end_of(2026) == datetime.fromisoformat("2026-12-31T15:59:59.999999+00:00")
