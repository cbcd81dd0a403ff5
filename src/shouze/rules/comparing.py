"""Compares figures of several members without naming any: quartiles, and the place of one's own.

Values are whole numbers of hundredths: of a per cent, of a day.

# Invariant: of what fewer than ``LEAST`` members told, nothing is returned (k-anonymity); the least and the greatest
value never are, and what is returned is rounded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from shouze.language import Text

LEAST: Final = 5
HIGHEST: Final = {"share": 10_000, "days": 3_650_00}


class Measure(NamedTuple):
    """What is compared: its words, whether more of it is better, in what it is measured, how it is rounded."""

    name: str
    words: Text
    better: Literal["more", "less"]
    unit: Literal["share", "days"]

    @property
    def step(self) -> int:
        """Return what quartiles are rounded to: a per cent, a tenth of a day."""
        return 100 if self.unit == "share" else 10

    def told(self, value: int) -> Text:
        """Return a value in words."""
        if self.unit == "share":
            return Text(f"{value / 100:.1f}%", f"{value / 100:.1f}%")
        return Text(f"{value / 100:.1f} 日", f"{value / 100:.1f} days")


MEASURES: Final[Mapping[str, Measure]] = {
    each.name: each
    for each in (
        Measure("duties-met", Text("已履行的义务", "Duties met"), "more", "share"),
        Measure("complaints-in-time", Text("按期答复的投诉", "Complaints answered in time"), "more", "share"),
        Measure("complaint-days", Text("答复投诉用时的中位数", "Median time to answer a complaint"), "less", "days"),
        Measure("trained", Text("有有效证书的培训", "Trainings with a certificate that counts"), "more", "share"),
        Measure("shortcomings-closed", Text("已消除的隐患", "Shortcomings closed"), "more", "share"),
    )
}


class Quartiles(NamedTuple):
    """How many told it; a quarter, a half and three quarters of them have this much or less."""

    members: int
    lower: int
    median: int
    upper: int


def quartiles(measure: Measure, values: Collection[int]) -> Quartiles | None:
    """Return the quartiles of what was told, rounded; None where too few told it."""
    if len(values) < LEAST:
        return None
    ordered = sorted(values)
    lower, median, upper = (_rounded(_at(ordered, quarter), measure.step) for quarter in (1, 2, 3))
    return Quartiles(len(ordered), lower, median, upper)


def place(measure: Measure, own: int, values: Collection[int]) -> int:
    """Return the place of a value among all that were told, its own among them: 1 is the best, equals share one."""
    better = (each > own if measure.better == "more" else each < own for each in values)
    return 1 + sum(better)


def _at(ordered: Sequence[int], quarter: int) -> int:
    """Return the value a quarter or more along the way from the first to the last, between its two neighbours."""
    whole, part = divmod((len(ordered) - 1) * quarter, 4)
    if not part:
        return ordered[whole]
    return ((4 - part) * ordered[whole] + part * ordered[whole + 1] + 2) // 4


def _rounded(value: int, step: int) -> int:
    return (value + step // 2) // step * step
