"""Workbooks: read back by two libraries, in bounded memory, whatever stands in a cell."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from shouze.web.pages import spreadsheet
from shouze.web.pages.spreadsheet import LONGEST_CELL, workbook

WRITABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff\r", min_codepoint=32)
CELLS = st.text(st.one_of(WRITABLE, st.sampled_from("\t\n <&>_x")), max_size=20)


def written(table: Iterable[Sequence[str]], title: str = "代理人") -> bytes:
    return b"".join(workbook(title, table))


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_what_is_written_is_read(table: list[list[str]]) -> None:
    sheet = load_workbook(io.BytesIO(written(table))).active
    assert sheet is not None
    read = [[cell.value or "" for cell in row] for row in sheet.iter_rows(max_row=len(table), max_col=3)]
    assert read == table


def test_another_library_reads_the_same() -> None:
    table = [["编号", "名称"], ["A-1", "甲 <&> 乙\n第二行"], ["", " 空白 "]]
    found = CalamineWorkbook.from_filelike(io.BytesIO(written(table)))
    assert found.sheet_names == ["代理人"]
    assert found.get_sheet_by_index(0).to_python() == table


def test_signs_that_have_no_place_in_xml_are_left_out_and_long_texts_end() -> None:
    sheet = load_workbook(io.BytesIO(written([["a\x00b\x0bc\uffff", "x" * 40_000]]))).active
    assert sheet is not None
    assert sheet["A1"].value == "abc"
    assert len(str(sheet["B1"].value)) == LONGEST_CELL


def test_a_name_that_no_sheet_may_have_is_made_one() -> None:
    book = load_workbook(io.BytesIO(written([["x"]], "a/b[c]:*?'\"<&>" + "长" * 40)))
    assert len(book.sheetnames[0]) <= 31


def test_more_rows_than_a_sheet_has_go_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    book = load_workbook(io.BytesIO(written([[str(n)] for n in range(7)])))
    assert book.sheetnames == ["代理人", "代理人 2", "代理人 3"]
    assert [[row[0].value for row in sheet] for sheet in book.worksheets] == [
        ["0", "1", "2"], ["3", "4", "5"], ["6"],
    ]  # fmt: skip


def test_it_needs_no_more_memory_for_more_rows() -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        try:
            for piece in workbook("x", ([f"A-{n}", "营业厅" * 20, ""] for n in range(rows))):
                assert len(piece) < 1_000_000
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20_000) < 1.5 * peak(4_000)


def test_the_same_table_is_the_same_file() -> None:
    assert written([["a"]]) == written([["a"]])
