"""Turns rows into arrivals, or says why not: normal forms, dates that are real and past, proof of consent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shouze.gateway.arriving import Arrival
from shouze.intake.evidence import Prover, Unproven, prover
from shouze.intake.map import ImportMap
from shouze.intake.sources.row import CUT_OFF, Cell, Row
from shouze.rules.forms import FORMS
from shouze.rules.policy import ServiceRule

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BORN = slice(6, 14)


class Rejected(NamedTuple):
    """A row that was not taken: its number, the column (empty: the whole row), the reason's code, and its cells."""

    number: int
    column: str
    code: str
    cells: Sequence[Cell]


class Checked(NamedTuple):
    """What became of a chunk of rows; ``last`` is the number of its last row."""

    last: int
    rows: int
    arrivals: list[Arrival]
    rejected: list[Rejected]


@dataclass(frozen=True)
class _Field:
    """How one item is read from a row."""

    item: str
    form: str
    column: str
    places: tuple[int, ...]
    join: str
    needed: bool


class Checker:
    """Checks rows by a map; it can be sent to another process.

    ``today`` is the day after which no one is born and nothing was agreed to.
    """

    def __init__(self, found: ImportMap, rule: ServiceRule, header: Sequence[str], now: datetime) -> None:
        self._header = tuple(header)
        self._today = now.date().strftime("%Y%m%d")
        self._empty = frozenset(each.casefold() for each in found.empty.means)
        self._fields = tuple(self._field(found, rule, item) for item in found.items)
        self._identify = found.identify
        self._provers: tuple[Prover, ...] = tuple(
            prover(each, found, rule, self._header, now) for each in found.consent
        )

    def check(self, rows: Sequence[Row]) -> Checked:
        """Check a chunk of rows."""
        arrivals, rejected = list[Arrival](), list[Rejected]()
        for row in rows:
            found = self._row(row)
            if isinstance(found, Arrival):
                arrivals.append(found)
            else:
                rejected.append(found)
        return Checked(rows[-1].number, len(rows), arrivals, rejected)

    def _field(self, found: ImportMap, rule: ServiceRule, item: str) -> _Field:
        columns = found.columns(item)
        places = tuple(self._header.index(each) for each in columns.columns)
        needed = (columns.empty or found.empty.then) == "reject"
        return _Field(item, rule.items[item].form, "+".join(columns.columns), places, columns.join, needed)

    def _row(self, row: Row) -> Arrival | Rejected:
        number, cells, broken = row
        if broken is not None:
            return Rejected(number, "", broken, cells)
        if (place := _undecoded(cells)) is not None:
            return Rejected(number, self._header[place], "cut-off" if cells[place] == CUT_OFF else "encoding", cells)
        values: dict[str, str] = {}
        for field in self._fields:
            normal, code = self._read(field, cells)
            if code is not None:
                return Rejected(number, field.column, code, cells)
            if normal is not None:
                values[field.item] = normal
        identifiers = tuple(item for item in self._identify if item in values)
        if not identifiers:
            return Rejected(number, "", "no-identifier", cells)
        return self._proven(Arrival(number, values, {}, identifiers), cells)

    def _read(self, field: _Field, cells: Sequence[Cell]) -> tuple[str | None, str | None]:
        """Return the normal form (None: empty), or the code of what is wrong."""
        text = self._text(field, cells)
        if text is None:
            return None, "empty" if field.needed else None
        normal = FORMS[field.form].read(text)
        if normal is None:
            return None, f"form:{field.form}"
        born_later = field.form == "id-number" and normal[_BORN] > self._today
        return normal, "future" if born_later else None

    def _proven(self, arrival: Arrival, cells: Sequence[Cell]) -> Arrival | Rejected:
        if not self._provers:
            return arrival
        consents = {}
        for prove in self._provers:
            if prove.purpose in consents:
                continue
            found = prove(cells)
            if isinstance(found, Unproven):
                return Rejected(arrival.number, found.column, found.code, cells)
            if found is not None:
                consents[prove.purpose] = found
        return arrival._replace(consents=consents)

    def _text(self, field: _Field, cells: Sequence[Cell]) -> str | None:
        if len(field.places) == 1:
            return self._cell(cells[field.places[0]])
        parts = [part for place in field.places if (part := self._cell(cells[place])) is not None]
        return field.join.join(parts) if parts else None

    def _cell(self, cell: Cell) -> str | None:
        if cell is None or not cell or cell.isspace():
            return None
        return None if self._empty and cell.strip().casefold() in self._empty else cell


def _undecoded(cells: Sequence[Cell]) -> int | None:
    """Return the place of the first cell with bytes that are no text."""
    if not _SURROGATE.search("".join(filter(None, cells))):
        return None
    return next(place for place, cell in enumerate(cells) if cell and _SURROGATE.search(cell))
