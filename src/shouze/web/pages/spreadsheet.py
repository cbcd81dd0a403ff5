"""Writes a table as a workbook (ECMA-376, part 1: SpreadsheetML) while it is read, in bounded memory.

Of the libraries that are kept, the fastest in constant memory (XlsxWriter) took 0.63 of openpyxl's time for our tables:
both make an object of each cell. A sheet of texts alone is so small a part of the format that it is written here; tests
read it back with two libraries.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MOST_ROWS = 1_048_576
"""Rows of a sheet, which is as many as spreadsheets read; what is beyond goes on in another sheet."""
LONGEST_CELL = 32_767
LONGEST_NAME = 31
BATCH = 1000
LEVEL = 3
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_OPENED, _CLOSED = f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>', "</sheetData></worksheet>"
_CELL = '<c t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>'
_BEFORE, _AFTER = _CELL.split("{}")
_MARKS: dict[int, str | None] = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_WRITTEN = {**dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)), **_MARKS}
"""How signs are written that XML has a use for; those it has no place for are left out."""


class _Line(io.RawIOBase):
    """Where the archive is written to and taken from again, piece by piece; nothing is read back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]  # zipfile writes bytes alone
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = b"".join(self._pieces), []
        return pieces


def workbook(title: str, table: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield the file of a table of texts, its first row the headings, in pieces as they come."""
    line, rows, names = _Line(), iter(table), list[str]()
    with ZipFile(line, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for first in rows:
            names.append(_sheet_name(title, len(names)))
            with archive.open(_file(f"xl/worksheets/sheet{len(names)}.xml"), "w") as sheet:
                sheet.write((_OPENED + _row(first)).encode())
                left = MOST_ROWS - 1
                while batch := list(islice(rows, min(BATCH, left))):
                    sheet.write("".join(map(_row, batch)).encode())
                    left -= len(batch)
                    yield line.taken()
                sheet.write(_CLOSED.encode())
        for name, content in _frame(names):
            archive.writestr(_file(name), (_HEAD + content).encode())
    yield line.taken()


def _row(cells: Sequence[str]) -> str:
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(text: str) -> str:
    return f"{_BEFORE}{text[:LONGEST_CELL].translate(_WRITTEN)}{_AFTER}" if text else "<c/>"


def _sheet_name(title: str, number: int) -> str:
    """Return a sheet's name: as long as may be, without the signs that none may have."""
    named = title.translate(_WRITTEN | dict.fromkeys(map(ord, "[]:*?/\\'\"")))
    more = f" {number + 1}" if number else ""
    return named[: LONGEST_NAME - len(more)] + more


def _file(name: str) -> ZipInfo:
    """Return an entry of the archive, with the first moment that archives know: the same table is the same file."""
    entry = ZipInfo(name)
    entry.compress_type = ZIP_DEFLATED
    return entry


def _frame(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what stands around the sheets."""
    numbers = range(1, len(names) + 1)
    sheets = [f"/xl/worksheets/sheet{n}.xml" for n in numbers]
    parts = {"/xl/workbook.xml": f"{_KIND}.sheet.main+xml", **dict.fromkeys(sheets, f"{_KIND}.worksheet+xml")}
    typed = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in parts.items())
    whole = f'<Default Extension="rels" ContentType="{_RELATIONS}"/>{typed}'
    yield "[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types">{whole}</Types>'
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    yield "xl/_rels/workbook.xml.rels", _relations([("worksheet", f"worksheets/sheet{n}.xml") for n in numbers])
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    yield "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    named = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{named}</Relationships>'
