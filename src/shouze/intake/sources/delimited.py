"""CSV and TSV: the encoding and the delimiter are found out, a bad byte spoils its row only.

A file is UTF-8 (with or without a byte order mark), GB18030, or mixed: then each row is UTF-8 where it is valid as
that, else GB18030 where most of its characters are in GB 2312. What is neither is kept byte for byte as lone surrogates
(PEP 383), so that the row is refused and can be written out as it was.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from shouze.errors import InvalidError
from shouze.intake.sources.row import Row
from shouze.language import Text

Encoding = Literal["utf-8", "gb18030", "mixed"]
REJECTED = "rejected:"
"""Columns of a file of rejected rows begin so; they are passed over when it is read again."""
_ASCII = re.compile(r"[\x00-\x7f]+")
_BOM = b"\xef\xbb\xbf"
_CHUNK = 1024 * 1024
_LARGEST_CELL = 256 * 1024
_SAMPLE_LINES = 50
_DELIMITERS = ",\t;|"
_MOSTLY = 20
"""One line in so many may be broken in a file that is otherwise of one encoding."""


class Survey(NamedTuple):
    """What one pass over the file found: digest of its content, encoding."""

    digest: str
    encoding: Encoding


class Delimited:
    """An open CSV or TSV file: says what ``Source`` says."""

    def __init__(self, path: Path, encoding: str | None = None, delimiter: str | None = None) -> None:
        """Survey the file and read its header; InvalidError when it is none."""
        self.name, self._path = path.name, path
        found = survey(path)
        self.identity = found.digest
        self._encoding = encoding or found.encoding
        self._delimiter = delimiter or _delimiter(path, self._encoding)
        header = next(self._records(), None)
        if header is None or header.broken or not any(cell and cell.strip() for cell in header.cells):
            remedy = Text("首行写列名", "Write the names of the columns in the first line")
            raise InvalidError(Text("缺少表头", "There is no header"), field=self.name, line=1, remedy=remedy)
        named = [(cell or "").strip() for cell in header.cells]
        self._kept = [place for place, name in enumerate(named) if not name.startswith(REJECTED)]
        self._width = len(named)
        self.header = [named[place] for place in self._kept]
        separator = {"\t": "Tab"}.get(self._delimiter, self._delimiter)
        said = f"{self._encoding}，{separator}", f"{self._encoding}, {separator}"
        self.notes = [Text(f"编码和分隔符：{said[0]}", f"encoding and delimiter: {said[1]}")]

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not empty; a row's number is that of its first line, the header's is 1."""
        whole = self._width == len(self._kept)
        for row in islice(self._records(), 1, None):
            if len(row.cells) == self._width:
                yield row if whole else row._replace(cells=[row.cells[place] for place in self._kept])
            elif row.broken or any(cell and cell.strip() for cell in row.cells):
                yield row._replace(broken=row.broken or "cells")

    def close(self) -> None:
        """Nothing stays open."""

    def _records(self) -> Iterator[Row]:
        csv.field_size_limit(_LARGEST_CELL)
        with self._path.open("rb") as file:
            lines = csv.reader(_lines(file, self._encoding), delimiter=self._delimiter)
            while True:
                number = lines.line_num + 1
                try:
                    cells = next(lines)
                except StopIteration:
                    return
                except csv.Error:
                    yield Row(number, [], "unclosed")
                    continue
                yield Row(number, cells)


def survey(path: Path) -> Survey:
    """Read the file once for its digest and encoding."""
    digest, utf8, other = hashlib.sha256(), 0, 0
    with path.open("rb") as file:
        for chunk in _whole_lines(file):
            digest.update(chunk)
            if not chunk.isascii():
                valid, invalid = _count(chunk)
                utf8, other = utf8 + valid, other + invalid
    if other * _MOSTLY <= utf8:
        return Survey(digest.hexdigest(), "utf-8")
    return Survey(digest.hexdigest(), "gb18030" if utf8 * _MOSTLY <= other else "mixed")


def _count(chunk: bytes) -> tuple[int, int]:
    """Return how many lines with other than ASCII characters are valid as UTF-8, and how many are not."""
    if _is(chunk, "utf-8"):
        return sum(not line.isascii() for line in chunk.split(b"\n")), 0
    lines = [line for line in chunk.split(b"\n") if not line.isascii()]
    valid = sum(_is(line, "utf-8") for line in lines)
    return valid, len(lines) - valid


def _whole_lines(file: BinaryIO) -> Iterator[bytes]:
    left = b""
    while chunk := file.read(_CHUNK):
        whole, newline, rest = (left + chunk).rpartition(b"\n")
        if whole or newline:
            yield whole + newline
        left = rest
    if left:
        yield left


def _is(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the file's lines as text; a byte that is in no encoding becomes a lone surrogate."""
    for number, line in enumerate(file):
        content = line.removeprefix(_BOM) if number == 0 else line
        content = content.replace(b"\0", b"\x1a")  # the csv module stops at NUL; a control character spoils a cell
        if encoding == "mixed":
            yield _of_either(content)
        else:
            yield content.decode(encoding, "surrogateescape")


def _of_either(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        text = line.decode("gb18030")
    except UnicodeDecodeError:
        return line.decode("utf-8", "surrogateescape")
    foreign = _ASCII.sub("", text)
    usual = len(foreign.encode("gb2312", "ignore")) // 2
    return text if usual * 2 >= len(foreign) else line.decode("utf-8", "surrogateescape")


def _delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter that divides the most of the first lines alike."""
    with path.open("rb") as file:
        lines = list(islice(_lines(file, encoding), _SAMPLE_LINES))

    def weight(delimiter: str) -> tuple[int, int]:
        widths = list(_widths(lines, delimiter))
        width = widths[0] if widths else 1
        return (widths.count(width), width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=weight)


def _widths(lines: Iterable[str], delimiter: str) -> Iterator[int]:
    """Yield how many cells each line has that can be read and is not empty."""
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            continue
        if row:
            yield len(row)
