"""Reading a table of users."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.cli.table import Table
from shouze.errors import InvalidError


def table(tmp_path: Path, content: str) -> Table:
    path = tmp_path / "people.csv"
    path.write_text(content, encoding="utf-8")
    return Table(path)


def test_rows_carry_their_lines_items_and_consents(tmp_path: Path) -> None:
    with table(tmp_path, 'name,phone,consent:offers\n"张\n三",138, true \n\n,139,False\n') as read:
        first, second = list(read)
    assert (first.number, first.values, first.consents) == (2, {"name": "张\n三", "phone": "138"}, {"offers": True})
    assert (second.number, second.values, second.consents) == (5, {"phone": "139"}, {"offers": False})


def test_the_columns_of_rejected_rows_are_passed_over(tmp_path: Path) -> None:
    with table(tmp_path, "rejected:row,rejected:field,rejected:code,phone\n3,items.phone,conflict,138\n") as read:
        assert read.items == ["phone"]
        assert [line.values for line in read] == [{"phone": "138"}]


@pytest.mark.parametrize("header", ["", "name,name", "name,,phone", "consent:offers", "rejected:row"])
def test_a_broken_header_is_refused(tmp_path: Path, header: str) -> None:
    with pytest.raises(InvalidError) as caught:
        table(tmp_path, f"{header}\nx\n")
    assert caught.value.line == 1
