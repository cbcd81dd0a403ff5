"""Moments as the log and its tables count them: microseconds since 1970 (UTC)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Return the moment in microseconds since 1970 (UTC)."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """Return the moment that stands so many microseconds after 1970 (UTC)."""
    return _EPOCH + micros * _MICROSECOND
