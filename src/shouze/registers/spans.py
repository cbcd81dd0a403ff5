"""Spans of calendar months, as the calendar of the place has them (Asia/Shanghai)."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from shouze.rules.period import after


def months_after(start: datetime, months: int) -> datetime:
    """Return the moment so many months after ``start``; a day that the month lacks becomes its last day."""
    return after(timezone.localtime(start), f"P{months}M")
