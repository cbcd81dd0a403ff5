"""Months are the calendar's, in Asia/Shanghai: month ends, the leap day, the night in which UTC is a day behind."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from shouze.registers.spans import months_after

CHINA, UTC = ZoneInfo("Asia/Shanghai"), ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-01-31T10:00", 1, "2026-02-28T10:00"),
        ("2028-01-31T10:00", 1, "2028-02-29T10:00"),
        ("2028-02-29T10:00", 12, "2029-02-28T10:00"),
        ("2026-11-28T10:00", 12, "2027-11-28T10:00"),
        ("2026-12-15T10:00", 1, "2027-01-15T10:00"),
        ("2026-03-01T02:00", 1, "2026-04-01T02:00"),
    ],
)
def test_a_term_ends_on_the_calendars_day(start: str, months: int, expected: str) -> None:
    begun = datetime.fromisoformat(start).replace(tzinfo=CHINA)
    assert months_after(begun.astimezone(UTC), months) == datetime.fromisoformat(expected).replace(tzinfo=CHINA)
