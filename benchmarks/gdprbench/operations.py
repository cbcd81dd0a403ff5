"""The stream of operations of one run, drawn before it begins: every side does the same ones in the same order."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import NamedTuple

from .mixes import Draw, Mix
from .records import TOKENS, value_of

UPDATABLE = ("obj", "dec", "acl", "shr")
"""Metadata that a query changes: the paper's classes name objections, automated decisions, access lists and sharing.

The public client draws among all fields but the purpose; a record that changes its life, user, source or category is in
no published class.
"""
LONGEST_LOOK = 1000
"""Lines of log that one look asks for at most."""


class Operation(NamedTuple):
    """One query: its class, the number of the record drawn, and for some a field with its new value, or lines."""

    kind: str
    number: int
    field: str = ""
    value: str = ""
    lines: int = 0


class Stream:
    """Draws the operations of one run on a store of so many records; the same seed draws the same ones."""

    def __init__(self, records: int, seed: int) -> None:
        self._random, self._records, self._stored = Random(seed), records, records
        self._versions: Counter[int] = Counter()

    def draw(self, mix: Mix, count: int) -> list[Operation]:
        """Return ``count`` operations, the opening ones among them."""
        kinds, weights = list(mix.shares), [share.weight for share in mix.shares.values()]
        created = mix.shares.get("create")
        # YCSB scatters over more keys than there are yet, and draws again when it meets one that is not there.
        space = self._records + (int(2 * count * created.weight) if created else 0)
        drawn = [self._operation(kind, 0) for kind in mix.opening]
        for kind in self._random.choices(kinds, weights, k=max(0, count - len(drawn))):
            number = self._stored if kind == "create" else self._number(mix.shares[kind].draw, space)
            drawn.append(self._operation(kind, number))
        return drawn

    def _number(self, draw: Draw, space: int) -> int:
        if draw.__name__ == "uniform":
            return draw(self._random, self._records)
        while (number := draw(self._random, space)) >= self._stored:
            pass
        return number

    def _operation(self, kind: str, number: int) -> Operation:
        if kind == "create":
            self._stored += 1
        elif kind.startswith("update-metadata"):
            field = self._random.choice(UPDATABLE)
            return Operation(kind, number, field, f"{field}{self._random.randrange(TOKENS[field])}")
        elif kind == "update-by-key":
            self._versions[number] += 1
            return Operation(kind, number, "data", value_of(number, self._versions[number]))
        elif kind == "system-logs":
            return Operation(kind, number, lines=self._random.randint(1, LONGEST_LOOK))
        return Operation(kind, number)
