"""A list cut to a span of days: by a moment that its rows have, or by when something was done with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import DateField, DateTimeField, QuerySet
from django.http import QueryDict
from django.utils import timezone

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.describing import Register
from shouze.registers.rows import Event, Kept

NAMES = ("dated", "since", "until")
"""The parts of an address: by what, from which day, until which day (both days count)."""
_PARTS = {"since": Text("自", "From"), "until": Text("至", "Until")}
_MADE = "created_at"
_ACT = "act:"


class Period(NamedTuple):
    """What a list is cut to; both days belong to it (Asia/Shanghai), and either may be open."""

    dated: str
    since: date | None
    until: date | None


def moments(register: Register[Any]) -> Mapping[str, Text]:
    """Return by what a register's list may be cut: the making of a row, its moments, its acts."""
    kinds = register.model_fields()
    dated = {
        each.name: each.label
        for each in register.fields
        if not each.personal and isinstance(kinds.get(each.name), DateField)
    }
    acts = {f"{_ACT}{each.name}": each.title for each in (register.creating, *register.acts)}
    return {_MADE: Text("登记时间", "Entered")} | dated | acts


def asked_period(register: Register[Any], asked: QueryDict) -> Period | None:
    """Return the period that an address asks for, or None; InvalidError names the part that is not right."""
    since, until = (_day(name, asked.get(name, "").strip()) for name in NAMES[1:])
    if since is None and until is None:
        return None
    dated = asked.get("dated") or _MADE
    if dated not in moments(register):
        known = moments(register)
        remedy = Text(f"可用：{'、'.join(known)}", f"Known are {', '.join(known)}")
        raise InvalidError(Text("没有这个选项", "There is no such choice"), field="dated", remedy=remedy)
    if since and until and until < since:
        remedy = Text("“至”写不早于“自”的日期", "Give a day in “Until” that is not before “From”")
        raise InvalidError(Text("“至”早于“自”", "“Until” is before “From”"), field="until", remedy=remedy)
    return Period(dated, since, until)


def cut(register: Register[Any], rows: QuerySet[Kept], period: Period) -> QuerySet[Kept]:
    """Return the rows that are of the period: each once, however often the act was done with it."""
    if not period.dated.startswith(_ACT):
        exact = isinstance(register.model_fields()[period.dated], DateTimeField)
        return rows.filter(**_within(period.dated, period, exact))
    act = period.dated.removeprefix(_ACT)
    done = Event.objects.filter(register=register.name, act=act, **_within("at", period, exact=True))
    return rows.filter(pk__in=done.order_by().values("entry"))


def _within(field: str, period: Period, exact: bool) -> dict[str, date | datetime]:
    found: dict[str, date | datetime] = {}
    if period.since:
        found[f"{field}__gte"] = _begin(period.since) if exact else period.since
    if period.until:
        after = period.until + timedelta(days=1)
        found[f"{field}__lt"] = _begin(after) if exact else after
    return found


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.max
    if day >= date.max - timedelta(days=1):
        remedy = Text("写成 2026-01-31", "Write it like 2026-01-31")
        raise InvalidError(
            Text("“{part}”不是日期", "“{part}” holds no date").fill(part=_PARTS[name]), field=name, remedy=remedy
        )
    return day
