"""Ways of counting a deadline in days, by name, each with its reason and source; pure.

A deadline ends with its last day in Asia/Shanghai (Civil Code Article 203: at 24:00), whatever the hour of receipt.
Receipt is what counts: an answer is in time or late by comparing moments, so that a clock which is set back, or a
page that is looked at late, changes neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple

import msgspec

from shouze.chinatime import SHANGHAI
from shouze.language import Text
from shouze.rules.working_days import WorkingDays

_LAST = time(23, 59, 59, 999_999)


class Counting(msgspec.Struct, frozen=True, kw_only=True):
    """A named way of counting: how many days of which kind, from which day on, what if the last one is a holiday."""

    id: str
    days: int
    unit: Literal["calendar", "working"] = "calendar"
    same_day: bool = False
    """Whether the day of receipt is the first day."""
    rolls: bool = False
    """Whether a last day on which nobody works becomes the next working day."""
    name: Text
    reason: Text
    source: Text


class Deadline(NamedTuple):
    """The last day (Asia/Shanghai), its last microsecond (UTC), and the years that had to be estimated."""

    day: date
    ends_at: datetime
    estimated: tuple[int, ...] = ()


_ORDER = Text("电信和互联网用户个人信息保护规定第十二条", "Order No. 24, Article 12")
_ALL = (
    # A12-15d: fifteen days from the day of receipt, calendar days
    Counting(
        id="calendar-15", days=15, source=_ORDER,
        name=Text("十五日（日历日，自次日起算）", "15 calendar days, from the day after receipt"),
        reason=Text(
            "条文写“日”而非“工作日”；开始的当日不算入，末日逢假不顺延，对经营者最为稳妥",
            "The text says days, not working days; the day of receipt is not counted, and a holiday at the end moves "
            "nothing: the safe reading for the operator",
        ),
    ),
    Counting(
        id="calendar-15-same-day", days=15, same_day=True, source=_ORDER,
        name=Text("十五日（日历日，接到当日起算）", "15 calendar days, the day of receipt included"),
        reason=Text("按“自接到投诉之日起”的字面，当日为第一日；最严",
                    "Literally “from the day of receipt”: that day is the first; the strictest reading"),
    ),
    Counting(
        id="calendar-15-rolled", days=15, rolls=True,
        name=Text("十五日（日历日，末日逢假顺延）", "15 calendar days, moved on from a holiday"),
        source=Text("民法典第二百零一条、第二百零三条", "Civil Code, Articles 201 and 203"),
        reason=Text("期间的最后一日是法定休假日的，以休假日结束的次日为最后一日",
                    "Where the last day is a holiday, the period ends with the next day that is none"),
    ),
    Counting(
        id="working-15", days=15, unit="working",
        name=Text("十五个工作日", "15 working days"),
        source=Text("App 违法违规收集使用个人信息行为认定方法（2019）", "Method of 2019 for apps, head 6"),
        reason=Text("投诉应在承诺时限内（最长十五个工作日）受理并处理；注销需人工的同",
                    "Complaints are handled within the promised time, at most 15 working days; so are cancellations "
                    "that need a person"),
    ),
    Counting(
        id="calendar-30", days=30,
        name=Text("三十日（日历日）", "30 calendar days"),
        source=Text("GB/T 35273-2020", "GB/T 35273-2020"),
        reason=Text("个人信息主体的请求在三十日内答复", "Requests of users are answered within 30 days"),
    ),
)  # fmt: skip
COUNTINGS: Mapping[str, Counting] = {each.id: each for each in _ALL}
ANSWERING = ("calendar-15", "calendar-15-same-day", "calendar-15-rolled")
"""The ways of counting Article 12's fifteen days; the first is the default."""
HANDLING = ("working-15", "calendar-30", "calendar-15")
"""The ways of counting how long handling may take, which the Order leaves open; the first is the default."""


def deadline(counting: Counting, received: datetime, working: WorkingDays) -> Deadline:
    """Return when a period that begins with a receipt ends; ``received`` is a moment with its offset."""
    start = received.astimezone(SHANGHAI).date()
    looked_at: list[date] = []
    if counting.unit == "working":
        day = _working_day(counting, start, working, looked_at)
    else:
        day = start + timedelta(days=counting.days - counting.same_day)
    if counting.rolls:
        looked_at.append(day)
        while not working.is_working(day):
            day += timedelta(days=1)
            looked_at.append(day)
    ends_at = datetime.combine(day, _LAST, SHANGHAI).astimezone(UTC)
    return Deadline(day, ends_at, tuple(sorted({each.year for each in looked_at if working.is_estimated(each)})))


def used(since: datetime, due: datetime, now: datetime) -> float:
    """Return how much of a period is used: 0 before it begins (a clock set back), 1 at its end and after."""
    whole = (due - since).total_seconds()
    return 1.0 if whole <= 0 else min(max((now - since).total_seconds() / whole, 0.0), 1.0)


def moment_at(since: datetime, due: datetime, fraction: float) -> datetime:
    """Return the moment at which a fraction of a period is used."""
    return since + (due - since) * fraction


def in_time(due: datetime, at: datetime) -> bool:
    """Tell whether what was done at a moment was done within the last day."""
    return at <= due


def _working_day(counting: Counting, start: date, working: WorkingDays, looked_at: list[date]) -> date:
    counted = 0
    for day in _from(start if counting.same_day else start + timedelta(days=1)):
        looked_at.append(day)
        counted += working.is_working(day)
        if counted == counting.days:
            return day
    raise AssertionError  # days go on


def _from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += timedelta(days=1)
