"""Knows which identifiers a run has met already, without keeping them.

Each is kept as a keyed digest in a temporary database that has no name, spills to disk and is gone with the process;
the key is made anew by every process.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from shouze.gateway.arriving import Arrival
from shouze.ledger.disclosure import Entropy
from shouze.rules.standing import Consent

_CREATE = (
    "CREATE TABLE seen (digest BLOB NOT NULL PRIMARY KEY, row INTEGER NOT NULL, whole BLOB NOT NULL) WITHOUT ROWID"
)
_SETTINGS = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -16000",
    "PRAGMA temp_store = 1",
)
_SIZE = 16
_values = msgspec.msgpack.Encoder(order="sorted").encode


class Duplicate(NamedTuple):
    """A row about somebody of whom an earlier row of the source spoke; ``same``: both say the same."""

    number: int
    item: str
    earlier: int
    same: bool


class Seen:
    """The identifiers met so far; a row is met once it is passed on."""

    def __init__(self, items: Sequence[str], entropy: Entropy) -> None:
        self._items = tuple(items)
        self._key = entropy(32)
        self._consents: tuple[Mapping[str, Consent], bytes] = {}, b"{}"
        self._rows = sqlite3.connect("", isolation_level=None)
        for statement in (*_SETTINGS, _CREATE):
            self._rows.execute(statement)

    def sift(self, arrivals: Sequence[Arrival]) -> tuple[list[Arrival], list[Duplicate]]:
        """Return the arrivals of whom no earlier row spoke, and the others."""
        digested = [self._digests(each) for each in arrivals]
        known = self._known([digest for digests in digested for _, digest in digests])
        fresh, duplicates, new = list[Arrival](), list[Duplicate](), list[tuple[bytes, int, bytes]]()
        for arrival, digests in zip(arrivals, digested, strict=True):
            whole = self._digest(_values(arrival.values) + self._said_of(arrival.consents))
            met = next(((item, known[digest]) for item, digest in digests if digest in known), None)
            if met is not None:
                item, (earlier, said) = met
                duplicates.append(Duplicate(arrival.number, item, earlier, said == whole))
                continue
            fresh.append(arrival)
            for _, digest in digests:
                known[digest] = arrival.number, whole
                new.append((digest, arrival.number, whole))
        self._rows.execute("BEGIN")
        self._rows.executemany("INSERT INTO seen VALUES (?, ?, ?)", new)
        self._rows.execute("COMMIT")
        return fresh, duplicates

    def close(self) -> None:
        """Forget them."""
        self._rows.close()

    def _known(self, digests: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
        found: dict[bytes, tuple[int, bytes]] = {}
        for start in range(0, len(digests), 500):
            some = digests[start : start + 500]
            places = ",".join("?" * len(some))
            asked = f"SELECT digest, row, whole FROM seen WHERE digest IN ({places})"  # noqa: S608 - question marks only
            found |= {digest: (row, whole) for digest, row, whole in self._rows.execute(asked, some)}
        return found

    def _digests(self, arrival: Arrival) -> list[tuple[str, bytes]]:
        values = arrival.values
        return [(item, self._digest(f"{item}\0{values[item]}".encode())) for item in self._items if item in values]

    def _said_of(self, consents: Mapping[str, Consent]) -> bytes:
        """Return consents as bytes, the same for the same ones; those of most rows are those of the row before."""
        if consents != self._consents[0]:
            self._consents = consents, msgspec.json.encode(consents, order="deterministic")
        return self._consents[1]

    def _digest(self, content: bytes) -> bytes:
        return blake2b(content, digest_size=_SIZE, key=self._key).digest()
