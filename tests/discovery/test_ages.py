"""How old a table's rows are, by its columns of dates."""

from __future__ import annotations

from collections import Counter
from datetime import date

import msgspec
import pytest

from shouze.discovery.ages import basis_of, count_months, past
from tests.discovery.looking import found_in


@pytest.mark.parametrize(
    ("name", "comment", "basis"),
    [
        ("created_at", "", "collection"), ("RegDate", "", "collection"), ("入网时间", "", "collection"),
        ("f7", "注册时间", "collection"), ("close_date", "", "service-end"), ("zxsj", "", "service-end"),
        ("销户日期", "", "service-end"), ("birthday", "", None), ("updated_at", "", None), ("sjhm", "", None),
    ],
)  # fmt: skip
def test_columns_are_told_by_their_names_or_comments(name: str, comment: str, basis: str | None) -> None:
    assert basis_of(name, comment) == basis


@pytest.mark.parametrize(
    "cell",
    ["2024-03-05", "2024/3/5", "2024.03.05 10:00:00", "20240305", "20240305101500", "2024年3月5日", "2024-03",
     "1709600000", "1709600000000", "2024-03-05T10:00:00+08:00"],
)  # fmt: skip
def test_dates_are_read_as_legacy_systems_write_them(cell: str) -> None:
    months: Counter[int] = Counter()
    count_months(months, [cell])
    assert months == {2024 * 12 + 2: 1}


@pytest.mark.parametrize(
    "cell", ["", "0", "12", "202413", "2024", "20241305", "soon", "1812-01-01", "-", "20240399999"]
)
def test_what_is_no_date_is_passed_over(cell: str) -> None:
    months: Counter[int] = Counter()
    count_months(months, [cell])
    assert not months


@pytest.mark.parametrize(("period", "rows"), [("P0D", 3), ("P1M", 1), ("P1Y", 1), ("P3Y", 0)])
def test_rows_are_past_a_retention_when_erasure_should_have_come_too(period: str, rows: int) -> None:
    months = {2024 * 12 + 2: 1, 2026 * 12 + 8: 2, 2026 * 12 + 9: 4}
    assert past(months, period, date(2026, 11, 1)) == rows


def test_a_tables_findings_know_how_old_its_rows_are() -> None:
    rows = "".join(f"王小明,1381234{number:04},2021-05-0{number},2020-01-01\n" for number in range(1, 8))
    found = found_in(f"khxm,sjhm,zxsj,birthday\n{rows}", "t.csv")
    assert [each.ages for each in found if each.item == "phone"] == [{"service-end": {2021 * 12 + 4: 7}}]
    assert "ages" not in msgspec.to_builtins(found[0].row("zh"))
