"""Writes beside the source what was not taken in: rows to mend, and a list of what a person has to decide.

Both are CSV, made when first needed, for their owner's eyes only. A run that goes on cuts them back to where its last
noted batch ended.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from shouze.errors import ConflictError, NotFoundError
from shouze.intake.checking import Rejected
from shouze.intake.reasons import words_for
from shouze.intake.sources.row import CUT_OFF, Cell
from shouze.language import Text

OURS_ALONE = 0o600
_MARK = "﻿"
REJECTED = ("rejected:row", "rejected:column", "rejected:reason", "rejected:原因")
LISTED = ("row", "kind", "item", "earlier row", "reason", "原因")


class Beside:
    """A CSV file that grows batch by batch; ``size`` is how many bytes of it count."""

    def __init__(self, path: Path, header: Sequence[str], size: int = 0) -> None:
        """Stand ready to write, after the first ``size`` bytes of an earlier part of the run."""
        self.path, self.size = path, size
        self._header = tuple(header)
        self._file: BinaryIO | None = None

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write rows, durably; nothing is made where there are none."""
        content = "".join(_line(row) for row in rows)
        if not content:
            return
        if self._file is None:
            self._file = self._open()
        if not self.size:
            content = _MARK + _line(self._header) + content
        self.size += self._file.write(content.encode("utf-8", "surrogateescape"))
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> BinaryIO:
        if not self.size:
            self.path.unlink(missing_ok=True)  # this run made it and noted nothing of it: ``unused`` chose a free name
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
            return os.fdopen(os.open(self.path, flags, OURS_ALONE), "wb")
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            words = Text("这次导入先前写的文件不见了", "A file that this import wrote earlier is gone")
            remedy = Text("把它放回原处后重试", "Put it back and try again")
            raise NotFoundError(words, field=str(self.path), remedy=remedy) from None
        os.ftruncate(descriptor, self.size)
        os.lseek(descriptor, self.size, os.SEEK_SET)
        return os.fdopen(descriptor, "wb")


def _line(row: Sequence[Cell]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(["" if cell is None or cell == CUT_OFF else cell for cell in row])
    return text.getvalue()


def rejected_rows(rejected: Iterable[Rejected]) -> Iterable[list[Cell]]:
    """Yield the rows of the file to mend: number, column, reason in both languages, then the row as it was."""
    for each in rejected:
        words = words_for(each.code)
        yield [str(each.number), each.column, words.en, words.zh, *each.cells]


def listed_row(number: int, kind: str, item: str | None, earlier: int | None, code: str) -> list[Cell]:
    """Return a row of the list: numbers, names and reasons, never a value."""
    words = words_for(code)
    return [str(number), kind, item, str(earlier) if earlier else None, words.en, words.zh]


def unused(path: Path) -> Path:
    """Return the path, or one with a number where there is a file already: nobody's mending is written over."""
    name, count = path, 1
    while name.exists():
        count += 1
        name = path.with_name(f"{path.stem}-{count}{path.suffix}")
        if count > 1_000:
            raise ConflictError(Text("同名文件太多", "There are too many files of that name"), field=str(path))
    return name
