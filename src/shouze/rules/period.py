"""Periods of time as the declarations write them: P6M, P2Y, P30D; and moments."""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from shouze.errors import InvalidError
from shouze.language import Text

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with its offset: one without could not be compared with the clock."""

_PERIOD = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?")


def parse_period(text: str, field: str | None = None) -> tuple[int, int]:
    """Return (months, days) of an ISO 8601 period made of years, months and days; InvalidError otherwise."""
    found = _PERIOD.fullmatch(text)
    if found is None:
        raise InvalidError(
            Text("期限写法有误", "The period is not written as one"),
            field=field,
            remedy=Text("例如 P6M（六个月）、P2Y（两年）、P30D（三十天）", "Write for example P6M, P2Y or P30D"),
        )
    years, months, days = (int(part or 0) for part in found.groups())
    return years * 12 + months, days


def after(start: datetime, period: str) -> datetime:
    """Return the moment one period after ``start``; a day that the month lacks becomes its last day."""
    months, days = parse_period(period)
    month = start.month - 1 + months
    year, month = start.year + month // 12, month % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return start.replace(year=year, month=month, day=day) + timedelta(days=days)
