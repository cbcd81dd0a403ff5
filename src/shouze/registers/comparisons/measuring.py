"""Measures the operator for a comparison: from how its duties stand and what its registers count of a year.

What there is nothing to measure by is left out, and never told as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import Count, Q

from shouze.registers.complaints.figures import figures
from shouze.registers.ports import owed_here
from shouze.registers.selfinspections.judging import period_of
from shouze.registers.shortcomings.models import Shortcoming
from shouze.registers.standings.keeping import answer_now
from shouze.registers.standings.telling import stood_at
from shouze.registers.trainings.models import Training
from shouze.rules.comparing import HIGHEST, MEASURES

_SECONDS_A_HUNDREDTH = 864


def measured(year: int, now: datetime) -> dict[str, int]:
    """Return the figures of a calendar year (Asia/Shanghai) in hundredths, by measure; of this one as they are now."""
    found = {name: told for name, count in _COUNTED.items() if (told := count(year, now)) is not None}
    return {name: min(value, HIGHEST[MEASURES[name].unit]) for name, value in found.items()}


def _duties_met(year: int, now: datetime) -> int | None:
    until = period_of(year)[1]
    stood = stood_at(until) if until <= now else answer_now(now)
    if not stood:
        return None
    owed = owed_here()
    return _share(sum(each.id in stood and stood[each.id].state == "met" for each in owed), len(owed))


def _in_time(year: int, now: datetime) -> int | None:
    told = figures(*period_of(year), now)
    return _share(told.in_time, told.in_time + told.late)


def _days(year: int, now: datetime) -> int | None:
    median = figures(*period_of(year), now).median
    return None if median is None else int(median.total_seconds()) // _SECONDS_A_HUNDREDTH


def _trained(year: int, now: datetime) -> int | None:
    end = min(period_of(year)[1], now)
    counts = Training.objects.filter(created_at__lt=end).exclude(state__in=("ended", "waived")).aggregate(
        asked=Count("pk"), valid=Count("pk", Q(passed_at__lte=end, valid_until__gt=end))
    )  # fmt: skip
    return _share(counts["valid"], counts["asked"])


def _closed(year: int, now: datetime) -> int | None:
    since, until = period_of(year)
    end = min(until, now)
    counts = Shortcoming.objects.filter(created_at__lt=end).aggregate(
        closed=Count("pk", Q(closed_at__gte=since, closed_at__lte=end)),
        waiting=Count("pk", Q(closed_at=None, state__in=("open", "mended")) | Q(closed_at__gt=end)),
    )
    return _share(counts["closed"], counts["closed"] + counts["waiting"])


def _share(part: int, whole: int) -> int | None:
    return part * HIGHEST["share"] // whole if whole else None


_COUNTED: Mapping[str, Callable[[int, datetime], int | None]] = {
    "duties-met": _duties_met, "complaints-in-time": _in_time, "complaint-days": _days, "trained": _trained,
    "shortcomings-closed": _closed,
}  # fmt: skip
