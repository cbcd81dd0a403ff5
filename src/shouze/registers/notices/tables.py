"""Reads tables out of CSV, XLSX and HTML as rows of text, merged cells filled out; nothing of them is evaluated."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from shouze.errors import InvalidError
from shouze.language import Text

Table = list[list[str]]
LARGEST = 32 * 1024 * 1024
MOST_ROWS, MOST_SPAN = 100_000, 1000


def tables(raw: bytes, name: str) -> list[Table]:
    """Return the tables of a file, by the kind that its content shows; InvalidError where it is none of them."""
    if len(raw) > LARGEST:
        raise InvalidError(Text("文件超过 32 MiB", "The file is larger than 32 MiB"), field=name)
    if raw.startswith(b"PK"):
        return list(_sheets(raw, name))
    text = _decoded(raw, name)
    if "<table" in text[:LARGEST].lower():
        found = _html(text)
        if any(len(table) > MOST_ROWS for table in found):
            raise _too_long(name)
        return found
    return [[[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]]


def _too_long(name: str) -> InvalidError:
    remedy = Text("拆成几个文件", "Split it into several files")
    return InvalidError(Text("表格超过十万行", "A table has more than 100,000 lines"), field=name, remedy=remedy)


def _decoded(raw: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidError(Text("不是 UTF-8 或 GB18030 文本", "It is neither UTF-8 nor GB18030"), field=name)


def _sheets(raw: bytes, name: str) -> Iterator[Table]:
    try:
        book = load_workbook(io.BytesIO(raw), data_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError):
        raise InvalidError(Text("不是 XLSX 文件", "It is not an XLSX file"), field=name) from None
    for sheet in book.worksheets:
        if (sheet.max_row or 0) > MOST_ROWS:
            raise _too_long(name)
        rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        for merged in sheet.merged_cells.ranges:
            first = rows[merged.min_row - 1][merged.min_col - 1] if merged.min_row <= len(rows) else ""
            for row in rows[merged.min_row - 1 : merged.max_row]:
                row[merged.min_col - 1 : merged.max_col] = [first] * (merged.max_col - merged.min_col + 1)
        yield rows


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


class _Tables(HTMLParser):
    """Gathers the tables of a page; spans are filled out, tables within tables are tables of their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Table] = []
        self._open: list[_Grid] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._open.append(_Grid())
        elif self._open:
            self._open[-1].begin(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self._open:
            self.found.append(self._open.pop().rows())
        elif tag in ("td", "th") and self._open:
            self._open[-1].cell = None

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].cell is not None:
            self._open[-1].cell.append(data)


class _Grid:
    """One table as it is being read."""

    def __init__(self) -> None:
        self.places: dict[tuple[int, int], list[str]] = {}
        self.cell: list[str] | None = None
        self._row, self._column = -1, 0

    def begin(self, tag: str, told: dict[str, str]) -> None:
        if tag == "tr" and self._row <= MOST_ROWS:
            self._row, self._column, self.cell = self._row + 1, 0, None
        elif tag in ("td", "th") and self._row >= 0:
            while (self._row, self._column) in self.places:
                self._column += 1
            self.cell = []
            for row in range(_span(told.get("rowspan"))):
                for column in range(_span(told.get("colspan"))):
                    self.places[self._row + row, self._column + column] = self.cell
        elif tag in ("br", "p", "div", "li") and self.cell is not None:
            self.cell.append("\n")

    def rows(self) -> Table:
        width = max((column for _, column in self.places), default=-1) + 1
        height = max((row for row, _ in self.places), default=-1) + 1
        return [
            ["".join(self.places.get((row, column), [])).strip() for column in range(width)] for row in range(height)
        ]


def _span(told: str | None) -> int:
    return min(max(int(told), 1), MOST_SPAN) if told and told.isdecimal() else 1


def _html(text: str) -> list[Table]:
    parser = _Tables()
    parser.feed(text)
    parser.close()
    return parser.found
