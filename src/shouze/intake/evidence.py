"""What proves a consent in the rows of another system."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from shouze.chinatime import SHANGHAI
from shouze.intake.map import Evidence, From, ImportMap
from shouze.intake.sources.row import Cell
from shouze.rules.policy import ServiceRule
from shouze.rules.standing import Consent

_LONGEST = 128
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_CLOCK = re.compile(r"[ T]+(\d{1,2})(?=:)")


class Unproven(NamedTuple):
    """A cell that should prove something and cannot be read: its column, and the reason's code."""

    column: str
    code: str


@dataclass(frozen=True)
class Prover:
    """Reads the consent to one purpose from a row; ``places`` are the columns that must not be empty."""

    evidence: Evidence
    items: frozenset[str]
    recipients: frozenset[str]
    conditions: tuple[tuple[int, frozenset[str]], ...]
    places: dict[str, int]
    latest: int
    now: datetime

    @property
    def purpose(self) -> str:
        """Return the purpose."""
        return self.evidence.purpose

    def __call__(self, cells: Sequence[Cell]) -> Consent | Unproven | None:
        """Return the consent that the row proves: None where it proves none."""
        for place, wanted in self.conditions:
            if (cells[place] or "").strip().casefold() not in wanted:
                return None
        said = {column: (cells[place] or "").strip() for column, place in self.places.items()}
        if not all(said.values()):
            return None
        return self._read(said)

    def _read(self, said: dict[str, str]) -> Consent | Unproven:
        evidence = self.evidence
        at = read_moment(said[evidence.at.column]) if isinstance(evidence.at, From) else evidence.at
        if at is None or at > self.now:
            return Unproven(_column(evidence.at), "moment" if at is None else "future")
        version = _version(said[evidence.version.column]) if isinstance(evidence.version, From) else evidence.version
        if not 1 <= version <= self.latest:
            return Unproven(_column(evidence.version), "version")
        act, channel = _words(evidence.act, said), _words(evidence.channel, said)
        if max(len(act), len(channel)) > _LONGEST:
            return Unproven(_column(evidence.act if len(act) > _LONGEST else evidence.channel), "words")
        return Consent(version, self.items, at, act, channel, self.recipients)


def prover(evidence: Evidence, found: ImportMap, rule: ServiceRule, header: Sequence[str], now: datetime) -> Prover:
    """Return what reads this evidence from rows under this header."""
    declared = rule.purposes[evidence.purpose].items
    fields = (evidence.version, evidence.act, evidence.channel, evidence.at)
    return Prover(
        evidence=evidence,
        items=frozenset(evidence.items or [item for item in found.items if item in declared]),
        recipients=frozenset(evidence.recipients),
        conditions=tuple((header.index(column), _wanted(values)) for column, values in evidence.only_when.items()),
        places={each.column: header.index(each.column) for each in fields if isinstance(each, From)},
        latest=rule.version,
        now=now,
    )


@lru_cache(maxsize=4096)
def read_moment(text: str) -> datetime | None:
    """Return a date, or date and time, as legacy systems write it; None when it is neither.

    ``2020-01-02 03:04:05``, ``2020/1/2``, ``2020年1月2日``, ``20200102`` or RFC 3339; without an offset, UTC+8.
    """
    plain = text.strip()
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        found = _DATE.match(plain)
        if found is None:
            return None
        clock = _CLOCK.sub(lambda hour: f"T{hour[1]:0>2}", plain[found.end() :].rstrip(), count=1)
        try:
            moment = datetime.fromisoformat(f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}{clock}")
        except ValueError:
            return None
    # without an offset: as the source's clocks showed it
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _version(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def _words(part: str | From, said: dict[str, str]) -> str:
    return said[part.column] if isinstance(part, From) else part


def _column(part: object) -> str:
    return part.column if isinstance(part, From) else ""


def _wanted(values: str | int | bool | tuple[str | int | bool, ...]) -> frozenset[str]:
    """Return the values as they are compared, capitals and blanks apart."""
    listed = values if isinstance(values, tuple) else (values,)
    return frozenset(str(each).strip().casefold() for each in listed)
