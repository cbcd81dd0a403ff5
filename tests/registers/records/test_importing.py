"""Importing attested records: all rows or none, and the line that is wrong is named."""

from __future__ import annotations

import pytest

from shouze.errors import InvalidError
from shouze.registers.records.importing import import_csv
from shouze.registers.records.models import Attested
from tests.registers.house import officer

pytestmark = pytest.mark.django_db
HEAD = "system,actor,at,place,title,act,items,subjects_count\n"
ROW = "legacy,S-0042,2026-11-01 08:00,白云营业厅,旧系统查询,read,name、phone,4\n"


def test_rows_become_attested_records() -> None:
    assert import_csv((HEAD + ROW * 3).encode("utf-8-sig"), officer()) == 3
    record = Attested.objects.first()
    assert record is not None
    assert (record.items, record.subjects_count, record.at.isoformat()) == (
        ["name", "phone"], 4, "2026-11-01T00:00:00+00:00",
    )  # fmt: skip


def test_a_file_of_an_old_spreadsheet_is_read() -> None:
    assert import_csv((HEAD + ROW).encode("gb18030"), officer()) == 1
    assert Attested.objects.get().place == "白云营业厅"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (ROW.replace("legacy", "cloud"), "system"), (ROW.replace("2026-11-01 08:00", "昨天"), "at"),
        (ROW.replace("read", "look"), "act"), (ROW.replace("name、phone", "shoe-size"), "items"),
        (ROW.replace(",4", ",many"), "subjects_count"), (ROW.replace("S-0042", ""), "actor"),
        (ROW.replace("旧系统查询", "查询 13800000000"), "title"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named_and_none_is_kept(row: str, field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        import_csv((HEAD + ROW + row).encode(), officer())
    assert (caught.value.field, caught.value.line) == (field, 3)
    assert "13800000000" not in str(caught.value)
    assert not Attested.objects.exists()


def test_a_file_without_the_columns_is_told_which() -> None:
    with pytest.raises(InvalidError) as caught:
        import_csv(b"actor,at\n", officer())
    assert caught.value.field == "system"


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidError) as caught:
        import_csv(b"\xff\xff\xff", officer())
    assert caught.value.field == "file"
