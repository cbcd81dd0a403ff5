"""CSV and TSV in whatever encoding: a bad byte spoils its row, never the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.intake.sources.delimited import Delimited, survey
from shouze.intake.sources.row import Row

ROWS = [("姓名", "电话", "备注"), ("王伟", "15400000001", "老用户，已核验"), ("李娜", "15400000002", "云泽市")]


def written(path: Path, *lines: bytes) -> Delimited:
    path.write_bytes(b"\n".join(lines) + b"\n")
    return Delimited(path)


def encoded(encoding: str, delimiter: str = ",") -> list[bytes]:
    return [delimiter.join(row).encode(encoding) for row in ROWS]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encoding_and_delimiter_are_found_out(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes("\r\n".join(delimiter.join(row) for row in ROWS).encode(encoding))
    source = Delimited(path)
    assert source.header == list(ROWS[0])
    assert list(source.rows()) == [Row(2, list(ROWS[1])), Row(3, list(ROWS[2]))]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_bad_byte_spoils_its_row_and_is_kept_as_it_was(tmp_path: Path, encoding: str) -> None:
    lines = encoded(encoding) * 30
    spoilt = b"\xff\xfe" + lines[1]
    source = written(tmp_path / "people.csv", lines[0], lines[1], spoilt, *lines[2:])
    rows = list(source.rows())
    assert rows[0].cells == list(ROWS[1])
    assert str(rows[1].cells[0]).encode(encoding, "surrogateescape").startswith(b"\xff\xfe")
    assert rows[2].cells == list(ROWS[2])


def test_a_mixed_file_is_read_row_by_row_and_nothing_is_guessed(tmp_path: Path) -> None:
    utf8, other = encoded("utf-8"), encoded("gb18030")
    doubtful = "王伟,1,鐜".encode()[:-1]  # UTF-8 that was cut within a character
    source = written(tmp_path / "people.csv", utf8[0], *[utf8[1], other[2]] * 20, doubtful)
    assert "mixed" in source.notes[0].en
    rows = list(source.rows())
    assert [row.cells for row in rows[:4]] == [list(ROWS[1]), list(ROWS[2])] * 2
    assert any("\udc80" <= character <= "\udcff" for cell in rows[-1].cells for character in cell or "")


def test_a_quoted_cell_may_hold_delimiters_and_new_lines_and_rows_are_numbered_by_line(tmp_path: Path) -> None:
    source = written(tmp_path / "people.csv", b"name,address", b'A,"1, Road', b'Town"', b"B,2")
    assert list(source.rows()) == [Row(2, ["A", "1, Road\nTown"]), Row(4, ["B", "2"])]


def test_a_row_with_another_number_of_cells_is_broken_and_an_empty_one_is_none(tmp_path: Path) -> None:
    source = written(tmp_path / "people.csv", b"name,phone", b"A", b"", b" , ", b"B,1,2", b"C,3")
    assert [(row.number, row.broken) for row in source.rows()] == [(2, "cells"), (4, None), (5, "cells"), (6, None)]


def test_a_quotation_mark_that_never_closes_costs_a_bounded_part(tmp_path: Path) -> None:
    plain = [b"name,phone"] + [b"A,1"] * 5
    source = written(tmp_path / "people.csv", *plain, b'"B,2', *[b"C" * 100 + b",3"] * 10_000)
    broken = [row for row in source.rows() if row.broken]
    assert [row.broken for row in broken] == ["unclosed"]
    assert broken[0].number == 7
    assert sum(1 for row in source.rows() if not row.broken) > 7_000


def test_columns_that_say_why_a_row_was_rejected_are_passed_over(tmp_path: Path) -> None:
    source = written(tmp_path / "people.csv", b"rejected:row,name,phone", b"7,A,1")
    assert (source.header, list(source.rows())) == (["name", "phone"], [Row(2, ["A", "1"])])


def test_the_same_content_is_the_same_source(tmp_path: Path) -> None:
    one, other = (written(tmp_path / name, b"name", b"A") for name in ("one.csv", "other.csv"))
    assert one.identity == other.identity
    assert written(tmp_path / "one.csv", b"name", b"B").identity != other.identity


@pytest.mark.parametrize("content", [b"", b"\n\n", b",,\n"])
def test_a_file_without_a_header_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidError) as caught:
        Delimited(path)
    assert caught.value.field == "people.csv"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300))
def test_whatever_bytes_a_file_holds_every_row_is_read_or_broken(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(b"a,b\n" + body)
    assert len(survey(path).digest) == 64
    rows = list(Delimited(path, delimiter=",").rows())
    assert all(row.broken or len(row.cells) == 2 for row in rows)
    numbers = [row.number for row in rows]
    assert numbers == sorted(set(numbers))


@given(st.binary(max_size=400) | st.text(',;"\r\n\0ab', max_size=60).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_raise_anything_but_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    try:
        source = Delimited(path)
    except InvalidError:
        return
    assert all(row.broken or len(row.cells) == len(source.header) for row in source.rows())
