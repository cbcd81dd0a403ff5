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
* ``plain-text``: declared, and of those kinds that must be sealed (authentication, or of the highest grade).
* ``undeclared-place``: declared, and nobody said that it lies here. ``declared``: all is as it was said.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import msgspec

from shouze.discovery.finding import Finding, Verdict
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.catalogue import Item
from shouze.rules.document import explain
from shouze.rules.policy import Policy

_SEALED_GRADE = 5
_NOT_PLAIN = frozenset({"password-hash"})


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
        field, detail, remedy = explain(problem)
        raise InvalidError(detail, field=f"{name}: {field}", remedy=remedy) from None
    except ValueError:
        words = Text("不是有效的 TOML 文件", "It is not valid TOML")
        raise InvalidError(words, field=name, remedy=Text("核对语法", "Check its syntax")) from None


class Declared:
    """What is declared; says of each finding how it stands to that."""

    def __init__(self, policy: Policy, items: Mapping[str, Item], places: Sequence[Place]) -> None:
        """Collect the declared items of every service."""
        self._items, self._places = items, places
        self._by_service = {
            name: {item for purpose in rule.purposes.values() for item in purpose.items}
            for name, rule in policy.services.items()
        }
        self._declared = set().union(*self._by_service.values())

    def verdict(self, finding: Finding) -> Verdict:
        """Return how a finding stands to what was declared."""
        place = self._place(finding)
        if place is not None and place.outside is not None:
            return "outside"
        if finding.about == "organisation":
            return "organisation"
        if finding.item not in self._declared:
            return "undeclared-item"
        # A09-3-necessity: what another service needs is not thereby necessary here
        if place is not None and place.service and finding.item not in self._by_service.get(place.service, ()):
            return "beyond-necessity"
        if self._must_be_sealed(finding) and not (place is not None and place.sealed):
            return "plain-text"
        return "undeclared-place" if place is None else "declared"

    def _place(self, finding: Finding) -> Place | None:
        names = (f"{finding.source}/{finding.location}", finding.location)
        return next((each for each in self._places if any(fnmatchcase(name, each.where) for name in names)), None)

    def _must_be_sealed(self, finding: Finding) -> bool:
        item = self._items.get(finding.item)
        if item is None or finding.kind in _NOT_PLAIN:
            return False
        return item.kind == "authentication" or item.grade >= _SEALED_GRADE
