"""Searches a content by Hyperscan for many expressions at once, and returns all matches as one array.

There are two ways to the same rows. `ByCalls` needs nothing but the wheel of python-hyperscan, which calls Python for
each match. `native.InBulk` has the distribution's own library write them, where it and llvmlite are installed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol

import numpy as np

from shouze.discovery.installed import extra
from shouze.discovery.native import InBulk, reached
from shouze.discovery.spans import Places

SOM_LEFTMOST, UTF8 = 256, 32
"""Flags of an expression, as hs_compile.h numbers them: where a match begins is told; it is over characters."""


class Wanted(NamedTuple):
    """One expression, the number that its matches are told by, and its flags."""

    expression: bytes
    number: int
    flags: int


class Pass(Protocol):
    """Databases that are searched one after the other."""

    def add(self, wanted: Sequence[Wanted]) -> None:
        """Compile one database more; ValueError where Hyperscan does not take an expression."""

    def rows(self, content: bytes) -> Places:
        """Return what all of them find, a row each: number, start (0 unless asked for), end."""


class ByCalls:
    """The pass with a call of Python for each match."""

    def __init__(self) -> None:
        """Import the library; InvalidError where it is not installed."""
        self._hyperscan = extra("hyperscan")
        self._databases: list[Any] = []

    def add(self, wanted: Sequence[Wanted]) -> None:
        """Compile one database more; ValueError where Hyperscan does not take an expression."""
        expressions, numbers, flags = map(list, zip(*wanted, strict=True))
        database = self._hyperscan.Database(mode=self._hyperscan.HS_MODE_BLOCK)
        try:
            database.compile(expressions=expressions, ids=numbers, elements=len(wanted), flags=flags)
        except self._hyperscan.error as problem:
            raise ValueError(str(problem)) from problem
        self._databases.append(database)

    def rows(self, content: bytes) -> Places:
        """Return what all of them find, a row each: number, start (0 unless asked for), end."""
        found: list[int] = []
        extend = found.extend

        def on_match(number: int, start: int, end: int, _flags: int, _context: object) -> None:
            extend((number, start, end))

        for database in self._databases:
            database.scan(content, match_event_handler=on_match)
        return np.fromiter(found, np.int64, len(found)).reshape(-1, 3).T.copy().T


def quickest() -> Pass:
    """Return an empty pass of the quickest kind that is to be had here."""
    native = _native()
    return ByCalls() if native is None else InBulk(*native)


@cache
def _native() -> tuple[Any, int] | None:
    return reached()
