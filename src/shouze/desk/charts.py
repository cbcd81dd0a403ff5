"""The desk's few charts: each is a table of numbers that a script draws; without scripts the table is what is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from shouze.language import Text
from shouze.registers.records.counting import DAYS
from shouze.registers.records.models import Handled
from shouze.registers.rows import Clock


@dataclass(frozen=True)
class Chart:
    """What is counted, what one row of it is, and the rows: short words and a number each; bars begin at zero."""

    name: str
    title: Text
    unit: Text
    rows: Sequence[tuple[str, int]]
    tone: str = "accent"
    as_of: datetime | None = None

    @property
    def labels(self) -> str:
        """Return the rows' words as JSON, for an attribute."""
        return msgspec.json.encode([label for label, _ in self.rows]).decode()

    @property
    def numbers(self) -> str:
        """Return the rows' numbers as JSON, for an attribute."""
        return msgspec.json.encode([number for _, number in self.rows]).decode()

    @property
    def total(self) -> int:
        """Return the sum."""
        return sum(number for _, number in self.rows)


def by_day(now: datetime) -> list[Chart]:
    """Return what the door permitted and what it refused on each of the last days; nothing before it was counted."""
    counted = {each.day: each for each in Handled.objects.all()}
    if not counted:
        return []
    today = timezone.localtime(now).date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    found = [(f"{day:%m-%d}", counted.get(day, Handled())) for day in days]
    permitted = [(label, each.permitted) for label, each in found]
    refused = [(label, each.refused) for label, each in found]
    day, as_of = Text("日期", "Day"), max(each.counted_at for each in counted.values())
    return [
        Chart(
            "permitted",
            Text("信息闸门许可的操作，近 30 日", "Permitted at the door, last 30 days"),
            day,
            permitted,
            as_of=as_of,
        ),
        Chart(
            "refused",
            Text("信息闸门拒绝的操作，近 30 日", "Refused at the door, last 30 days"),
            day,
            refused,
            "bad",
            as_of,
        ),
    ]


_AGES = (0, 1, 8, 31, 91)
"""Days from which a clock counts as of the next age."""


def by_age(clocks: QuerySet[Clock], now: datetime) -> Chart:
    """Return how long what is owed has been open; one question, however many clocks."""
    edges = [now - timedelta(days=days) for days in _AGES[1:]]
    between = [
        Q(since__gt=edges[0]),
        *(Q(since__lte=a, since__gt=b) for a, b in pairwise(edges)),
        Q(since__lte=edges[-1]),
    ]
    counts = clocks.filter(met=None).aggregate(**{f"n{n}": Count("id", filter=each) for n, each in enumerate(between)})
    words = ["<1", *(f"{a}–{b - 1}" for a, b in pairwise(_AGES[1:])), f">{_AGES[-1] - 1}"]
    title = Text("未办结时限已过的天数", "Open clocks by the days they have run")
    return Chart(
        "ages", title, Text("天数", "Days"), [(word, counts[f"n{n}"]) for n, word in enumerate(words)], "waiting"
    )


def by_hour(hours: Mapping[str, int], actor: str) -> Chart:
    """Return one actor's records by the hour of the day."""
    title = Text("{actor} 的记录，按一日之中的时辰", "Records of {actor} by hour of the day").fill(actor=actor)
    return Chart("hours", title, Text("时", "Hour"), [(f"{hour:02}", hours.get(f"{hour:02}", 0)) for hour in range(24)])
