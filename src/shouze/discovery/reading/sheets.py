"""XLSX, XLS, XLSB and ODS, sheet by sheet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from shouze.discovery.installed import extra
from shouze.discovery.reading.delimited import batches
from shouze.discovery.reading.piece import Limits, Piece, whole
from shouze.discovery.reading.zipped import check_zip
from shouze.intake.sources.row import text_of


def read_sheets(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
    """Yield the rows of every sheet; the workbook is unfolded in memory, within the limits."""
    content = whole(file, limits)
    if content.startswith(b"PK"):
        check_zip(io.BytesIO(content), limits)
    book = extra("python_calamine").CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        yield from batches(_rows(book.get_sheet_by_name(name)), f"{place}/{name}")


def _rows(sheet: Any) -> Iterator[list[str]]:
    for row in sheet.iter_rows():
        cells = [text_of(cell) or "" for cell in row]
        if any(cells):
            yield cells
