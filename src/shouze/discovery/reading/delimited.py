"""CSV and TSV: cells by column, with the first line as header where it looks like one."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from shouze.discovery.reading.piece import Cells, Column, Limits, Lines, Piece
from shouze.discovery.reading.plain import read_text

BATCH = 2_000
_DELIMITERS = ",\t;|"
_WIDEST = 1_000


def read_delimited(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
    """Yield batches of rows; what has no two columns is read as text."""
    first = next((piece for piece in read_text(file, place, limits) if isinstance(piece, Lines)), None)
    if first is None:
        return
    sample = first.content.decode("utf-8", "replace").splitlines()[:50]
    delimiter = delimiter_of(sample)
    file.seek(0)
    if delimiter is None:
        yield from read_text(file, place, limits)
        return
    csv.field_size_limit(1024 * 1024)
    rows = csv.reader(_texts(file, place, limits), delimiter=delimiter)
    yield from batches(_sound(rows), place)


def delimiter_of(lines: Sequence[str]) -> str | None:
    """Return the delimiter that divides most lines into as many cells, None where none does."""
    best, most = None, len(lines) * 0.6
    for delimiter in _DELIMITERS:
        widths = Counter(len(row) for row in _sound(csv.reader(lines, delimiter=delimiter)))
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1 and count > most:
            best, most = delimiter, count
    return best


def batches(rows: Iterator[list[str]], place: str, columns: Sequence[Column] | None = None) -> Iterator[Cells]:
    """Yield rows in batches, column by column; the header is the first row unless it holds values."""
    if columns is None:
        header = next((row for row in rows if any(row)), [])[:_WIDEST]
        named = bool(header) and not any(_is_value(cell) for cell in header)
        columns = [Column(cell.strip().lstrip("\ufeff") or f"#{place + 1}") if named else Column(f"#{place + 1}")
                   for place, cell in enumerate(header)]  # fmt: skip
        if not named and header:
            yield Cells(place, columns, [[cell] for cell in header])
    width = len(columns)
    while batch := list(islice(rows, BATCH)):
        padded = [row[:width] + [""] * (width - len(row)) for row in batch]
        size = sum(sum(map(len, row)) + len(row) for row in batch)
        yield Cells(place, columns, list(zip(*padded, strict=True)), size)


def _is_value(cell: str) -> bool:
    """Tell whether a cell of the first line is a value rather than a name: no letter but a digit, or an address."""
    plain = cell.strip()
    return "@" in plain or (any(map(str.isdigit, plain)) and not any(map(str.isalpha, plain)))


def _sound(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error:
            continue


def _texts(file: BinaryIO, place: str, limits: Limits) -> Iterator[str]:
    for piece in read_text(file, place, limits):
        if isinstance(piece, Lines):
            yield from piece.content.decode("utf-8", "replace").replace("\0", "\ufffd").splitlines(keepends=True)
