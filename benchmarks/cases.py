"""Measures an authority's console among ten years of cases: lists, a case, the overview, and the public pages.

    python benchmarks/cases.py [--rows 100000] [--operators 5000] [--rounds 5]

On PostgreSQL. Each page is divided by the plain SELECT of its rows in the same run. Nine of ten cases are over; one in
three was published. Rows are written as acts leave them, without their history.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import console
from lists import Asked

ROWS, OPERATORS, PAGE = 100_000, 5_000, 2_000
BEGUN = datetime(2017, 1, 1, tzinfo=UTC)
STATES = ("closed",) * 18 + ("investigating", "served")
ARTICLES = ("8", "9(1)", "9(2)", "10", "11", "12", "13", "14(1)")
_CASES, _EDITIONS = "SELECT * FROM cases_case", "SELECT * FROM announcements_edition WHERE current"
PAGES = (
    Asked("list", "/r/cases/", f"{_CASES} ORDER BY id DESC LIMIT 50"),
    Asked("list, page 1000", "/r/cases/?page=1000", f"{_CASES} ORDER BY id DESC LIMIT 50 OFFSET 49950"),
    Asked("being inquired into", "/r/cases/?state=investigating",
          f"{_CASES} WHERE state = 'investigating' ORDER BY id DESC LIMIT 50"),
    Asked("one province, one sector", "/r/cases/?province=省份7&sector=basic",
          f"{_CASES} WHERE province = '省份7' AND sector = 'basic' ORDER BY id DESC LIMIT 50"),
    Asked("decided in a year", "/r/cases/?dated=decided_at&since=2024-01-01&until=2024-12-31",
          f"{_CASES} WHERE decided_at >= '2024-01-01' AND decided_at < '2025-01-01' ORDER BY id DESC LIMIT 50"),
    Asked("search an operator", "/r/cases/?q=经营者 4711", f"{_CASES} WHERE operator_name = '经营者 4711（虚构）'"),
    Asked("search nothing there", "/r/cases/?q=nowhere", f"{_CASES} WHERE decision_number = 'nowhere'"),
    Asked("one case", "/r/cases/PC-2026-0050000/", f"{_CASES} WHERE number = 'PC-2026-0050000'"),
    Asked("overview of a year", "/overview?year=2024",
          f"{_CASES} WHERE decided_at >= '2024-01-01' AND decided_at < '2025-01-01'"),
    Asked("home", "/", "SELECT * FROM registers_clock WHERE met IS NULL ORDER BY due LIMIT 12"),
    Asked("calendar", "/calendar", "SELECT * FROM registers_clock WHERE met IS NULL ORDER BY due LIMIT 200"),
    Asked("public list", "/public/", f"{_EDITIONS} ORDER BY id DESC LIMIT 50"),
    Asked("public search", "/public/?q=4711", f"{_EDITIONS} AND sought LIKE '%4711%' ORDER BY id DESC LIMIT 50"),
    Asked("public entry", "/public/AN-2026-0010000", f"{_EDITIONS} AND number = 'AN-2026-0010000'"),
)  # fmt: skip


def main() -> None:
    """Fill an authority's console and ask every page in turns with its plain SELECT."""
    parser = console.asked(__doc__, ROWS, OPERATORS)
    with console.filled(parser.parse_args(), "cases", _fill, PAGES):
        pass


def _fill(operators: int, rows: int, person: Any) -> None:
    """Fill operators, cases, clocks and editions."""
    from django.db import connection

    _operators(operators)
    _cases(operators, rows, person)
    _published(rows // 3)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _write(model: Any, rows: Iterator[Any]) -> None:
    while page := list(islice(rows, PAGE)):
        model.objects.bulk_create(page)


def _operators(count: int) -> None:
    from shouze.registers.supervised.models import Supervised

    _write(Supervised, (
        Supervised(number=f"E-2026-{n:04}", title=f"经营者 {n}（虚构）", state="supervised", licence=f"B1-{n}",
                   province=f"省份{n % 31}", sector=("basic", "value-added", "internet")[n % 3])
        for n in range(count)
    ))  # fmt: skip


def _cases(operators: int, rows: int, person: Any) -> None:
    from shouze.registers.cases.models import Case
    from shouze.registers.rows import Clock

    step = timedelta(days=3_650) / rows
    _write(Case, (_case(n, n % operators, BEGUN + step * n, person) for n in range(rows)))
    waiting = Case.objects.filter(state__in=("investigating", "served")).order_by("pk").iterator(PAGE)
    _write(Clock, (
        Clock(register="cases", entry=case.pk, number=case.number, kind="decide", title_zh="决定", title_en="Decide",
              since=case.opened_at, due=case.decide_by, roles=",inspector,head,", duty="A23")
        for case in waiting
    ))  # fmt: skip


def _case(n: int, operator: int, at: datetime, person: Any) -> Any:
    from shouze.registers.cases.models import Case

    state = STATES[n % len(STATES)]
    decided = None if state == "investigating" else at + timedelta(days=40)
    return Case(
        number=f"PC-2026-{n:07}", title=f"案件 {n}（虚构）", state=state, created_at=at, changed_at=at,
        operator=f"E-2026-{operator:04}", operator_name=f"经营者 {operator}（虚构）", province=f"省份{operator % 31}",
        sector=("basic", "value-added", "internet")[operator % 3], body="某局（虚构）", source="tip",
        duties=["A09-1-consent"], articles=[ARTICLES[n % len(ARTICLES)]], facts="某事实（虚构）", occurred=at.date(),
        ended=at.date(), found_on=at.date(), officer=person, opened_at=at, decide_by=at + timedelta(days=90),
        instrument="order24-23", fine=20_000, outcome="penalty" if decided else "", decided_at=decided,
        decision_number=f"云通管罚〔2026〕{n}号" if decided else "", publish=decided is not None,
    )  # fmt: skip


def _published(count: int) -> None:
    from shouze.registers.announcements.models import Announcement, Edition

    at = datetime(2026, 1, 1, tzinfo=UTC)
    _write(Announcement, (
        Announcement(number=f"AN-2026-{n:07}", title=f"经营者 {n}（虚构）", state="public", kind="announcement",
                     body="某局（虚构）", operator_name=f"经营者 {n}（虚构）", decided_on=date(2026, 1, 1),
                     articles=["9(1)"], facts="某事实（虚构）", edition=1, published_at=at)
        for n in range(count)
    ))  # fmt: skip
    _write(Edition, (_edition(n, at) for n in range(count)))


def _edition(n: int, at: datetime) -> Any:
    from shouze.registers.announcements.models import Edition

    return Edition(
        register="announcements", entry=n + 1, act="publish", number=f"AN-2026-{n:07}", edition=1, at=at,
        digest=f"{n:064x}", current=True,
        kind="publication", title=f"经营者 {n}（虚构）", content="{}", sought=f"AN-2026-{n:07} 经营者 {n}（虚构）",
    )  # fmt: skip


if __name__ == "__main__":
    main()
