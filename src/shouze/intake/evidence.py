"""What proves a consent in the rows of another system."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from shouze.intake.map import Evidence, From, ImportMap
from shouze.intake.sources.row import Cell
from shouze.rules.policy import ServiceRule
from shouze.rules.standing import Consent

SHANGHAI = timezone(timedelta(hours=8))
"""Times without an offset are read as the source's clocks showed them."""
_LONGEST = 128
_MOST_KEPT = 1_000
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class Unproven(NamedTuple):
    """A cell that should prove something and cannot be read: its column, and the reason's code."""

    column: str
    code: str


@dataclass
class Prover:
    """Reads the consent to one purpose from a row: None where the row proves none."""

    evidence: Evidence
    items: frozenset[str]
    places: dict[str, int]
    latest: int
    now: datetime
    _kept: dict[tuple[Cell, ...], Consent | Unproven | None] = field(default_factory=dict)

    @property
    def purpose(self) -> str:
        """Return the purpose."""
        return self.evidence.purpose

    def __call__(self, cells: Sequence[Cell]) -> Consent | Unproven | None:
        """Return the consent that the row proves. Rows that say the same share one answer."""
        said = tuple(cells[place] for place in self.places.values())
        if said not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[said] = self._read(dict(zip(self.places, said, strict=True)))
        return self._kept[said]

    def _read(self, said: dict[str, Cell]) -> Consent | Unproven | None:
        evidence = self.evidence
        if not all(_holds(said[column], wanted) for column, wanted in evidence.only_when.items()):
            return None
        columns = [each.column for each in _varying(evidence)]
        if any(not (said[column] or "").strip() for column in columns):
            return None
        version, act, channel, at = (
            _given(evidence.version, said), _given(evidence.act, said), _given(evidence.channel, said), evidence.at,
        )  # fmt: skip
        moment = read_moment(said[at.column] or "") if isinstance(at, From) else at
        number = version if isinstance(version, int) else int(version) if re.fullmatch(r"\d{1,9}", version) else 0
        if moment is None or moment > self.now:
            return Unproven(_column(at), "moment" if moment is None else "future")
        if not 1 <= number <= self.latest:
            return Unproven(_column(evidence.version), "version")
        if problem := next((each for each in (evidence.act, evidence.channel) if _too_long(each, said)), None):
            return Unproven(_column(problem), "words")
        return Consent(number, self.items, moment, str(act), str(channel), frozenset(evidence.recipients))


def prover(evidence: Evidence, found: ImportMap, rule: ServiceRule, header: Sequence[str], now: datetime) -> Prover:
    """Return what reads this evidence from rows under this header."""
    declared = rule.purposes[evidence.purpose].items
    items = frozenset(evidence.items or [item for item in found.items if item in declared])
    columns = dict.fromkeys([*evidence.only_when, *(each.column for each in _varying(evidence))])
    return Prover(evidence, items, {column: header.index(column) for column in columns}, rule.version, now)


def read_moment(text: str) -> datetime | None:
    """Return a date, or date and time, as legacy systems write it; None when it is neither.

    ``2020-01-02 03:04:05``, ``2020/1/2``, ``2020年1月2日``, ``20200102`` or RFC 3339; without an offset, UTC+8.
    """
    plain = text.strip()
    if plain.startswith("0000"):
        return None
    if found := _DATE.match(plain):
        plain = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}{plain[found.end() :]}"
        head, _, clock = plain.partition(" ")
        plain = f"{head}T{clock.strip()}" if clock.strip() else head
        plain = re.sub(r"T(\d):", r"T0\1:", plain)
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _varying(evidence: Evidence) -> list[From]:
    fields = (evidence.version, evidence.act, evidence.channel, evidence.at)
    return [each for each in fields if isinstance(each, From)]


def _given(part: str | int | From, said: dict[str, Cell]) -> str | int:
    return (said[part.column] or "").strip() if isinstance(part, From) else part


def _too_long(part: str | From, said: dict[str, Cell]) -> bool:
    return len(str(_given(part, said))) > _LONGEST


def _column(part: object) -> str:
    return part.column if isinstance(part, From) else ""


def _holds(cell: Cell, wanted: str | int | bool | tuple[str | int | bool, ...]) -> bool:
    """Tell whether the cell is one of the values, capitals and blanks apart."""
    listed = wanted if isinstance(wanted, tuple) else (wanted,)
    said = (cell or "").strip().casefold()
    return any(
        said == (str(each).lower() if isinstance(each, bool) else str(each).strip().casefold()) for each in listed
    )
