"""Which days people work on in China: yearly arrangements with make-up workdays (调休), weekends where there is none.

# Invariant: a year without an arrangement is never counted silently; whoever asks learns that it is an estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated

import msgspec

from shouze.language import Text
from shouze.rules.catalogue_file import Place, read_table

FILE = "holidays.toml"
_SATURDAY = 5
_MISSING = Text("缺少该字段", "The field is missing")


class Arrangement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One year's arrangement: the notice's number, spans of days off, weekend days on which people work."""

    id: Annotated[str, msgspec.Meta(pattern=r"^20[0-9]{2}$")]
    document: str
    off: tuple[tuple[date, date], ...]
    work: tuple[date, ...]
    flags: tuple[str, ...] = ()


class WorkingDays(msgspec.Struct, frozen=True):
    """The days off and on of the years that have an arrangement, and the fixed holidays (month, day) of all others."""

    arranged: frozenset[int]
    off: frozenset[date]
    work: frozenset[date]
    fixed: frozenset[tuple[int, int]]
    documents: Mapping[int, str] = {}

    def is_working(self, day: date) -> bool:
        """Tell whether people work on a day; an estimate where ``is_estimated`` says so."""
        if day in self.work:
            return True
        return day not in self.off and day.weekday() < _SATURDAY and not self._fixed(day)

    def is_estimated(self, day: date) -> bool:
        """Tell whether the year of a day has no arrangement."""
        return day.year not in self.arranged

    def _fixed(self, day: date) -> bool:
        return self.is_estimated(day) and (day.month, day.day) in self.fixed


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    edition: str
    effective: date
    source: Mapping[str, str]
    fixed: tuple[Annotated[str, msgspec.Meta(pattern=r"^[01][0-9]-[0-3][0-9]$")], ...]
    year: tuple[Arrangement, ...]


def load_working_days(content: bytes) -> WorkingDays:
    """Read the file of arrangements; StatuteError names the row and what is wrong with it."""
    place = Place(FILE)
    try:
        table = msgspec.convert(read_table(FILE, content), _Table)
    except msgspec.ValidationError as problem:
        raise place.broken(None, Text(f"格式有误：{problem}", f"it is not as it should be: {problem}")) from None
    for each in table.year:
        _check(Place(FILE, each.id), each)
    return WorkingDays(
        arranged=frozenset(int(each.id) for each in table.year),
        off=frozenset(day for each in table.year for span in each.off for day in _days(span)),
        work=frozenset(day for each in table.year for day in each.work),
        fixed=frozenset((int(each[:2]), int(each[3:])) for each in table.fixed),
        documents={int(each.id): each.document for each in table.year},
    )


def _check(place: Place, arrangement: Arrangement) -> None:
    off = {day for span in arrangement.off for day in _days(span)}
    if any(last < first for first, last in arrangement.off):
        raise place.broken("off", Text("放假止于开始之前", "a holiday ends before it begins"))
    if strange := [day for day in off | {*arrangement.work} if day.year != int(arrangement.id)]:
        raise place.broken("off", Text(f"{min(strange)} 不在该年", f"{min(strange)} is not in that year"))
    if wrong := [day for day in arrangement.work if day.weekday() < _SATURDAY or day in off]:
        words = Text(f"{min(wrong)} 不是周末，或同时放假", f"{min(wrong)} is no weekend day, or is off as well")
        raise place.broken("work", words)


def _days(span: tuple[date, date]) -> Iterable[date]:
    first, last = span
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
