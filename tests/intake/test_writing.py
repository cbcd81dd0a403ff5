"""What is written beside a source: whole rows to mend, for their owner's eyes, and a list without values."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from shouze.errors import NotFoundError
from shouze.intake.checking import Rejected
from shouze.intake.sources.delimited import Delimited
from shouze.intake.writing import LISTED, REJECTED, Beside, listed_row, rejected_rows, unused

HEADER = (*REJECTED, "xm", "sjhm")


def rejects(path: Path, size: int = 0) -> Beside:
    return Beside(path, HEADER, size)


def rows(*numbers: int) -> list[Rejected]:
    return [Rejected(number, "sjhm", "form:phone", ("张三", "1")) for number in numbers]


def test_nothing_is_made_where_nothing_was_rejected(tmp_path: Path) -> None:
    file = rejects(tmp_path / "r.csv")
    file.add(rejected_rows([]))
    file.close()
    assert not (tmp_path / "r.csv").exists()


def test_the_file_is_its_owners_alone_and_can_be_read_as_a_source(tmp_path: Path) -> None:
    file = rejects(tmp_path / "r.csv")
    file.add(rejected_rows(rows(2, 5)))
    file.close()
    assert (tmp_path / "r.csv").stat().st_mode & 0o777 == 0o600
    source = Delimited(tmp_path / "r.csv")
    assert source.header == ["xm", "sjhm"]
    assert [list(row.cells) for row in source.rows()] == [["张三", "1"]] * 2
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as opened:
        first = next(csv.DictReader(opened))
    assert (first["rejected:row"], first["rejected:column"]) == ("2", "sjhm")
    assert "telephone" in first["rejected:reason"]
    assert "电话号码" in first["rejected:原因"]


def test_a_run_that_goes_on_cuts_off_what_was_not_noted(tmp_path: Path) -> None:
    first = rejects(tmp_path / "r.csv")
    first.add(rejected_rows(rows(1)))
    noted = first.size
    first.add(rejected_rows(rows(2, 3)))
    first.close()
    second = rejects(tmp_path / "r.csv", noted)
    second.add(rejected_rows(rows(2)))
    second.close()
    assert [row.number for row in Delimited(tmp_path / "r.csv").rows()] == [2, 3]
    assert (tmp_path / "r.csv").stat().st_size == second.size


def test_a_file_that_is_gone_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        rejects(tmp_path / "gone.csv", 10).add(rejected_rows(rows(1)))


def test_bytes_that_are_no_text_are_written_back_as_they_were(tmp_path: Path) -> None:
    file = rejects(tmp_path / "r.csv")
    file.add(rejected_rows([Rejected(2, "xm", "encoding", ("\udcff\udcfe", "1"))]))
    file.close()
    assert b"\xff\xfe,1" in (tmp_path / "r.csv").read_bytes()


def test_nobodys_mending_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    for name in ("r.csv", "r-2.csv", "r-3.csv"):
        assert unused(path).name == name
        unused(path).touch()


def test_the_list_names_rows_and_items_only() -> None:
    row = listed_row(7, "duplicate", "phone", 3, "duplicate")
    assert row[:4] == ["7", "duplicate", "phone", "3"]
    assert len(row) == len(LISTED)
