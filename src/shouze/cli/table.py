"""Reads a table of users from CSV, row by row; writes those that were rejected beside it.

The first line holds item ids and, if wished, ``consent:<purpose>`` columns. The encoding is UTF-8 (with or without a
byte order mark) or GB18030. However long the file is, one row at a time is in memory.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, TextIO

from shouze.errors import ConflictError, InvalidError
from shouze.language import Text

CONSENT = "consent:"
REJECTED = ("rejected:row", "rejected:field", "rejected:code")
"""The columns that a file of rejected rows adds; they are passed over when it is read again."""
_LARGEST_CELL = 2 * 1024 * 1024
_CHUNK = 1024 * 1024
_ANSWERS = {"true": True, "false": False}


class Line(NamedTuple):
    """One row: its number (the header is 1), its cells, and the items, the consents and what is wrong with it."""

    number: int
    cells: list[str]
    values: dict[str, str]
    consents: dict[str, bool]
    broken: str | None = None
    """The column that cannot be read."""


class Table:
    """An open file of users; a context manager."""

    def __init__(self, path: Path) -> None:
        """Open the file and read its header; InvalidError when it is none."""
        csv.field_size_limit(_LARGEST_CELL)
        with contextlib.ExitStack() as stack:
            self._file = stack.enter_context(path.open(encoding=_encoding(path), newline=""))
            self._rows = csv.reader(self._file, strict=True)
            self.header = [name.strip() for name in next(self._read(), (1, []))[1]]
            self._check_header()
            stack.pop_all()

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def items(self) -> list[str]:
        """Return the columns that are items."""
        return [name for name in self.header if name not in REJECTED and not name.startswith(CONSENT)]

    @property
    def purposes(self) -> list[str]:
        """Return the purposes that have a column of consents."""
        return [name.removeprefix(CONSENT) for name in self.header if name.startswith(CONSENT)]

    def __iter__(self) -> Iterator[Line]:
        """Yield the rows that are not empty; InvalidError names the line that is no CSV."""
        for number, cells in self._read():
            if any(cell.strip() for cell in cells):
                yield self._line(number, cells)

    def _line(self, number: int, cells: list[str]) -> Line:
        if len(cells) != len(self.header):
            return Line(number, cells, {}, {}, "row")
        by_name = dict(zip(self.header, cells, strict=True))
        answers = {name: by_name[f"{CONSENT}{name}"].strip().lower() for name in self.purposes}
        broken = next((f"{CONSENT}{name}" for name, answer in answers.items() if answer not in _ANSWERS), None)
        values = {name: by_name[name] for name in self.items if by_name[name].strip()}
        return Line(number, cells, values, {name: _ANSWERS.get(each, False) for name, each in answers.items()}, broken)

    def _read(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            number = self._rows.line_num + 1
            try:
                cells = next(self._rows)
            except StopIteration:
                return
            except csv.Error:
                remedy = Text("检查引号和分隔符", "Check quotes and separators")
                detail = Text("不是有效的 CSV", "It is not valid CSV")
                raise InvalidError(detail, line=number, remedy=remedy) from None
            yield number, cells

    def _check_header(self) -> None:
        repeated = next((name for name in self.header if self.header.count(name) > 1), None)
        if not self.items or repeated is not None or "" in self.header:
            remedy = Text("首行写信息项名称，每项一次", "Write the items' ids in the first line, each once")
            raise InvalidError(Text("表头有误", "The header is broken"), field=repeated, line=1, remedy=remedy)


class Rejects:
    """The file of rejected rows: made with the first of them, for its owner's eyes only."""

    def __init__(self, path: Path, header: list[str]) -> None:
        """Stand ready to write; ConflictError when the file is there already."""
        self.path = path
        self.count = 0
        self._header = [name for name in header if name not in REJECTED]
        self._kept = [place for place, name in enumerate(header) if name not in REJECTED]
        self._file: TextIO | None = None
        if path.exists():
            remedy = Text("处理或移走该文件后重试", "Deal with it or move it away, then try again")
            detail = Text("已有被拒绝行的文件", "There is a file of rejected rows already")
            raise ConflictError(detail, field=str(path), remedy=remedy)

    def __enter__(self) -> Rejects:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, line: Line, field: str, code: str) -> None:
        """Write one row with its number, the field and the code of the reason."""
        if self._file is None:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            self._file = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
            csv.writer(self._file).writerow((*REJECTED, *self._header))
        self.count += 1
        cells = [line.cells[place] for place in self._kept if place < len(line.cells)]
        csv.writer(self._file).writerow((line.number, field, code, *cells))


def _encoding(path: Path) -> str:
    """Return the encoding that the whole file is in; InvalidError when it is none of those read."""
    for name in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(name)()
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return name
    remedy = Text("另存为 UTF-8 或 GB18030", "Save it as UTF-8 or GB18030")
    raise InvalidError(Text("无法识别文件编码", "The file's encoding is not known"), field=str(path), remedy=remedy)
