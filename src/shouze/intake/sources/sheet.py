"""XLSX: one sheet of a workbook, streamed."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from shouze.errors import InvalidError
from shouze.intake.sources.row import Row, extra, text_of
from shouze.language import Text


class Sheet:
    """A sheet of an open workbook: says what ``Source`` says. A row's number is the sheet's own."""

    def __init__(self, path: Path, sheet: str | None = None) -> None:
        """Open the workbook; InvalidError when it is none, or lacks the sheet."""
        openpyxl = extra("openpyxl")
        self.name, self.notes = path.name, list[Text]()
        with path.open("rb") as file:
            self.identity = f"{hashlib.file_digest(file, 'sha256').hexdigest()}#{sheet or ''}"
        try:
            self._book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except (zipfile.BadZipFile, KeyError, ValueError, OSError):
            words = Text("不是有效的 XLSX 文件", "It is not a valid XLSX file")
            raise InvalidError(words, field=self.name, remedy=Text("另存为 .xlsx", "Save it as .xlsx")) from None
        if sheet is not None and sheet not in self._book.sheetnames:
            words = Text("没有这张工作表", "There is no such sheet")
            raise InvalidError(words, field="source.sheet", remedy=Text("核对工作表名称", "Check the sheet's name"))
        self._sheet = self._book[sheet] if sheet else self._book.worksheets[0]
        first = next(self._sheet.iter_rows(values_only=True), ())
        self.header = [str(cell).strip() if cell is not None else "" for cell in first]
        while self.header and not self.header[-1]:
            self.header.pop()

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not empty."""
        width = len(self.header)
        for number, cells in enumerate(self._sheet.iter_rows(min_row=2, values_only=True), 2):
            texts = [text_of(cell) for cell in cells[:width]]
            if any(texts):
                yield Row(number, texts + [None] * (width - len(texts)))

    def close(self) -> None:
        """Close the file."""
        self._book.close()
