"""Tells from the columns of dates how old the rows of a table are, month by month, in bounded memory.

Two kinds of columns are asked: since when a row has been there (created, registered, opened), and when the service
ended for it (closed, cancelled). They are told by their names alone; what is no date in them is passed over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Literal

from shouze.intake.names import squeezed
from shouze.rules.period import after

Basis = Literal["collection", "service-end"]
Ages = dict[Basis, dict[int, int]]
"""Rows by month (years times twelve, months from 0), for each kind of column."""

_NAMES: dict[Basis, str] = {
    "collection": "created created_at create_time create_date created_time cjsj cjrq registered registered_at reg_time "
    "reg_date register_time signup signup_at open_date open_time opened_at join_date joined_at insert_time inserted_at "
    "collected_at rwsj khsj kksj zcsj lrsj djsj 创建时间 创建日期 注册时间 注册日期 开户时间 开户日期 入网时间 "
    "入网日期 录入时间 登记时间 采集时间 收集时间",
    "service-end": "closed closed_at close_date close_time cancelled_at canceled_at cancel_date cancel_time ended_at "
    "end_date terminated_at terminate_date left_at unsubscribed_at deleted_at xhsj xhrq zxsj zxrq tksj lwsj "
    "销户时间 销户日期 注销时间 注销日期 离网时间 离网日期 退网时间 终止时间 解约时间 拆机时间",
}
_BASES: dict[str, Basis] = {squeezed(name): basis for basis, names in _NAMES.items() for name in names.split()}
_DATE = re.compile(r"((?:19|20)\d\d)(?:[-/.年](0?[1-9]|1[0-2])(?!\d)|(0[1-9]|1[0-2])(?=[0-3]\d(?:\d{6})?\b))")
_SECONDS = re.compile(r"1\d{9}(?:\d{3})?")
GRACE = "P30D"
"""How long after the end copies may last: the bound of erasure."""


def basis_of(name: str, comment: str = "") -> Basis | None:
    """Return what a column's dates are counted from, by its name or comment; None where it is no such column."""
    said = comment.replace("：", " ").split()[:1]
    return next((_BASES[key] for key in map(squeezed, (name, *said)) if key in _BASES), None)


def count_months(months: Counter[int], cells: Iterable[str]) -> None:
    """Count the dates among cells by their month."""
    for cell in cells:
        month = _month_of(cell.strip())
        if month is not None:
            months[month] += 1


def past(months: Mapping[int, int], period: str, today: date) -> int:
    """Return how many rows of these months are past a retention, with the bound of erasure, on a day."""
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    return sum(count for month, count in months.items() if after(after(_end_of(month), period), GRACE) <= now)


def _month_of(cell: str) -> int | None:
    if _SECONDS.fullmatch(cell):
        at = datetime.fromtimestamp(int(cell[:10]), UTC)
        return at.year * 12 + at.month - 1
    found = _DATE.match(cell)
    return int(found[1]) * 12 + int(found[2] or found[3]) - 1 if found else None


def _end_of(month: int) -> datetime:
    year, following = divmod(month + 1, 12)
    return datetime(year, following + 1, 1, tzinfo=UTC)
