"""Compares findings with what the operator declared: its rules for collecting and using, and the places it knows of.

A file of places (TOML) says what lies where::

    [[place]]
    where = "crm.customers*"     # a pattern of source/place, * and ? as in file names
    service = "mobile"           # whose information it holds; or:
    outside = "staff"            # nobody's whom the Order protects (staff, suppliers)
    sealed = false               # whether it is custody or another sealed store

The first row that fits says of a finding:

* ``outside``: the place is outside the Order; ``organisation``: the value is an organisation's.
* ``undeclared-item``: no service declares the item. ``beyond-necessity``: another service does, not this one.
* ``past-retention``: dates in its table say that rows lie longer than every purpose that declares the item keeps it,
  and longer than erasure takes. Where no place names the service, the purposes of all services are asked.
* ``plain-text``: declared, and of those kinds that must be sealed (authentication, or of the highest grade).
* ``undeclared-place``: declared, and nobody said that it lies here; ``copy-outside-custody`` where matching shows that
  the door's own users are among the values. ``declared``: all is as it was said.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase

import msgspec
from msgspec.structs import replace

from shouze.discovery.ages import Basis, past
from shouze.discovery.finding import Finding, Known, Verdict
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.catalogue import Item
from shouze.rules.document import explain
from shouze.rules.period import parse_period
from shouze.rules.policy import Policy

_SEALED_GRADE = 5
_NOT_PLAIN = frozenset({"password-hash"})
_FEW = 5
"""Rows from which on dates say that something is past its retention."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator says of a place."""

    where: str
    service: str | None = None
    outside: str | None = None
    sealed: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    place: tuple[Place, ...]


def read_places(content: bytes, name: str) -> tuple[Place, ...]:
    """Read a file of places; InvalidError names the field."""
    try:
        return msgspec.convert(tomllib.loads(content.decode("utf-8")), _File).place
    except msgspec.ValidationError as problem:
        field, detail, remedy = explain(problem, _File)
        raise InvalidError(detail, field=f"{name}: {field}", remedy=remedy) from None
    except ValueError:
        words = Text("不是有效的 TOML 文件", "It is not valid TOML")
        raise InvalidError(words, field=name, remedy=Text("核对语法", "Check its syntax")) from None


class Declared:
    """What is declared; says of each finding how it stands to that."""

    def __init__(self, policy: Policy, items: Mapping[str, Item], places: Sequence[Place], today: date) -> None:
        """Collect the declared items of every service."""
        self._items, self._places, self._policy, self._today = items, places, policy, today
        self._by_service = {
            name: {item for purpose in rule.purposes.values() for item in purpose.items}
            for name, rule in policy.services.items()
        }
        self._declared = set().union(*self._by_service.values())

    def compared(self, finding: Finding) -> Finding:
        """Return a finding with its verdict, and with what speaks for that in its reason."""
        place = self._place(finding)
        verdict = self._verdict(finding, place)
        if verdict != "past-retention":
            return replace(finding, verdict=verdict)
        rows, why = self._past(finding, place), finding.reason
        said = Text(f"{why.zh}；按表中日期，{rows} 行已过声明的保存期限",
                    f"{why.en}; by the dates of the table {rows} rows are past the declared retention")  # fmt: skip
        return replace(finding, verdict=verdict, reason=said)

    def _verdict(self, finding: Finding, place: Place | None) -> Verdict:
        if place is not None and place.outside is not None:
            return "outside"
        if finding.about == "organisation":
            return "organisation"
        # A09-2-scope: what no service declares was told to nobody
        if finding.item not in self._declared:
            return "undeclared-item"
        # A09-3-necessity: what another service needs is not thereby necessary here
        if place is not None and place.service and finding.item not in self._by_service.get(place.service, ()):
            return "beyond-necessity"
        # A09-3-purpose-limit: what is kept longer than was told serves no declared purpose any more
        if self._past(finding, place) >= _FEW:
            return "past-retention"
        if self._must_be_sealed(finding) and not (place is not None and place.sealed):
            return "plain-text"
        return "undeclared-place" if place is None else "declared"

    def _past(self, finding: Finding, place: Place | None) -> int:
        """Return how many rows are past the longest retention of the item here."""
        named = place.service if place is not None else None
        services = [rule for name, rule in self._policy.services.items() if named in {None, name}]
        kept = [each.retention for rule in services for each in rule.purposes.values() if finding.item in each.items]
        if not kept or not finding.ages:
            return 0
        # What one purpose keeps until the service has ended is not past while it goes on, whatever the others say.
        basis: Basis = "service-end" if any(each.counted_from == "service-end" for each in kept) else "collection"
        period = max((each.period for each in kept), key=_days)
        return past(finding.ages.get(basis, {}), period, self._today)

    def _place(self, finding: Finding) -> Place | None:
        names = (f"{finding.source}/{finding.location}", finding.location)
        return next((each for each in self._places if any(fnmatchcase(name, each.where) for name in names)), None)

    def _must_be_sealed(self, finding: Finding) -> bool:
        item = self._items.get(finding.item)
        if item is None or finding.kind in _NOT_PLAIN:
            return False
        return item.kind == "authentication" or item.grade >= _SEALED_GRADE


def copied(verdict: Verdict | None, known: Known | None) -> Verdict | None:
    """Return the verdict once it is known how many users are among the values."""
    return "copy-outside-custody" if verdict == "undeclared-place" and known is not None and known.telling else verdict


def _days(period: str) -> int:
    months, days = parse_period(period)
    return months * 31 + days
