"""China's time, by which the Order's days and years are counted and moments are shown to people."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Without summer time since 1991: an offset says it all, and needs no file of zones."""
_LAST = time(23, 59, 59, 999_999)


def day_of(moment: datetime) -> date:
    """Return the day that a moment has in China."""
    return moment.astimezone(SHANGHAI).date()


def last_moment(day: date) -> datetime:
    """Return the last moment of a day in China, in UTC."""
    return datetime.combine(day, _LAST, SHANGHAI).astimezone(UTC)


def end_of(year: int) -> datetime:
    """Return the last moment of a year in China, in UTC."""
    return last_moment(date(year, 12, 31))
