"""The attack on promise 4: out of raw bytes and keys, recover what subjects had.

It knows the formats, the grounds and the subjects' ids, and asks no database. Two steps:

1. Wrapped keys. Wherever a subject's id and a ground stand close together, in whatever page, free space, log or
   backup, each of the following offsets is tried as a wrapped key, under every epoch of every ring, in every suite. The
   seal itself says when a try was right. ``exhaust`` does so at every byte of a blob, wherever the id is.
2. Sealed values. Every place where a header of format, suite and key version stands behind an id and a ground is
   decrypted with each recovered key of that ground. Lengths are not known: each length is tried until the seal closes.
3. Openings of handling records. Wherever the day of a record stands, what ends before it and begins like a seal is
   tried under the key of that day of every ring, as the opening of every leaf of the log, which is public.
"""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from shouze.errors import SealedError, TamperedError
from shouze.gateway.sealing import PACK, Content
from shouze.journal.staging import FIELDS, ROLL
from shouze.ledger.disclosure import read_disclosure
from shouze.ledger.entry import parse_leaf
from shouze.ledger.tree import leaf_hash
from shouze.vault.blind_index import tag
from shouze.vault.keys import WrappedKey, unwrap_subject_key
from shouze.vault.seal import open_opening, open_value
from shouze.vault.suites import NONCE_BYTES, SUITES, TAG_BYTES
from tests.attack.loot import Loot

GAP, AHEAD = 8, 64
"""Bytes that may stand between an id and a ground, and between these and what they belong to."""
LONGEST = 700
VERSIONS = range(1, 9)
LONGEST_OPENING = 2000
DAY_HEADER = re.compile(rb"\x01[\x01\x02]\x00{4}", re.DOTALL)
HEADER = re.compile(rb"\x01[\x01\x02]", re.DOTALL)


class Key(NamedTuple):
    """A subject key that was recovered, and where."""

    subject: str
    ground: str
    key: bytes
    where: str


class Attacker:
    """Tries everything that was taken."""

    def __init__(self, loot: Loot, grounds: Sequence[str], items: Sequence[str]) -> None:
        """``items`` may have rows of their own."""
        self._loot, self._grounds, self._items = loot, grounds, (PACK, *items)

    def recover(self, subject: str) -> dict[tuple[str, str], str]:
        """Return every value of the subject that can be recovered, by ground and item."""
        found: dict[tuple[str, str], str] = {}
        for ground, keys in self._keys(subject).items():
            for sealed in self._sealed(subject, ground):
                for item, content in self._opened(keys, sealed, subject, ground):
                    found[ground, item] = content
        return found

    def keys(self, subject: str) -> list[Key]:
        """Return the subject's keys that can be recovered."""
        return [Key(subject, ground, *each) for ground, found in self._found(subject).items() for each in found]

    def openings(self, entries: Sequence[bytes]) -> set[str]:
        """Return what can be recovered of the private fields of these leaves: ``field: value``."""
        by_day: defaultdict[str, list[bytes]] = defaultdict(list)
        for entry in entries:
            by_day[parse_leaf(entry).t[:10]].append(leaf_hash(entry))
        return {
            f"{name}: {value}"
            for day, hashes in by_day.items()
            for plain in self._opened_on(day, hashes)
            for name, value in map(read_disclosure, plain.decode().split())
        }

    def _opened_on(self, day: str, hashes: Sequence[bytes]) -> Iterator[bytes]:
        keys = {ring.derive_daily(day) for ring in self._loot.rings if ring.first_day() <= day}
        for sealed in (
            {each for blob in self._loot.blobs.values() for each in _before(blob, day.encode())} if keys else ()
        ):
            for key in keys:
                for hashed in hashes:
                    for field in (FIELDS, ROLL):
                        with contextlib.suppress(TamperedError, SealedError):
                            yield open_opening({0: key}, sealed, hashed, field)

    def exhaust(self, subject: str, names: Iterable[str]) -> list[Key]:
        """Return the subject's keys that stand anywhere in these blobs, whatever stands around them."""
        return [
            Key(subject, ground, key, name)
            for name in names
            for at in range(len(self._loot.blobs[name]))
            for ground in self._grounds
            for key in self._unwrapped(self._loot.blobs[name], at, subject, ground)
        ]

    def confirms(self, item: str, normal: str) -> list[str]:
        """Return where a tag of a known identifier stands: it tells that its holder was once a user."""
        tags = {tag(ring, item, normal, number) for ring in self._loot.rings for number in _index_keys(ring)}
        return [name for name, blob in self._loot.blobs.items() if any(each in blob for each in tags)]

    def _sealed(self, subject: str, ground: str) -> set[bytes]:
        blobs = self._loot.blobs.values()
        return {sealed for blob in blobs for at in places(blob, subject, ground) for sealed in _headers(blob, at)}

    def _keys(self, subject: str) -> dict[str, set[bytes]]:
        return {ground: {key for key, _ in found} for ground, found in self._found(subject).items()}

    def _found(self, subject: str) -> dict[str, list[tuple[bytes, str]]]:
        found: dict[str, list[tuple[bytes, str]]] = defaultdict(list)
        for ground in self._grounds:
            for name, blob in self._loot.blobs.items():
                for at in places(blob, subject, ground):
                    for offset in range(at, at + AHEAD):
                        found[ground] += [(key, name) for key in self._unwrapped(blob, offset, subject, ground)]
        return found

    def _unwrapped(self, blob: bytes, at: int, subject: str, ground: str) -> Iterator[bytes]:
        for suite in SUITES:
            candidate = blob[at : at + NONCE_BYTES + suite.key_bytes + TAG_BYTES]
            for ring in self._loot.rings:
                for epoch in ring.epochs():
                    try:
                        yield unwrap_subject_key(ring, WrappedKey(epoch, suite.number, candidate), subject, ground)
                    except (TamperedError, SealedError):
                        continue

    def _opened(self, keys: set[bytes], sealed: bytes, subject: str, ground: str) -> Iterator[tuple[str, str]]:
        version = int.from_bytes(sealed[2:6])
        for key in keys:
            for length in range(2 + 4 + NONCE_BYTES + TAG_BYTES, len(sealed) + 1):
                for item in self._items:
                    for number in VERSIONS if item == PACK else VERSIONS[:3]:
                        try:
                            plain = open_value({version: key}, sealed[:length], subject, ground, item, number)
                        except (TamperedError, SealedError):
                            continue
                        yield from _contents(item, plain)
                        return


def places(blob: bytes, subject: str, ground: str) -> Iterator[int]:
    """Yield where a ground ends that stands close behind an id."""
    one, other, at = subject.encode(), ground.encode(), -1
    while (at := blob.find(one, at + 1)) >= 0:
        end = at + len(one)
        near = blob.find(other, end, end + GAP + len(other))
        if near >= 0:
            yield near + len(other)


def _before(blob: bytes, day: bytes) -> Iterator[bytes]:
    """Yield what begins like the seal of an opening and ends where its day stands, a byte of length between or not."""
    at = -1
    while (at := blob.find(day, at + 1)) >= 0:
        for header in DAY_HEADER.finditer(blob, max(0, at - LONGEST_OPENING), at):
            yield from (blob[header.start() : end] for end in (at, at - 1))


def _headers(blob: bytes, at: int) -> Iterator[bytes]:
    for header in HEADER.finditer(blob, at, at + AHEAD):
        yield blob[header.start() : header.start() + LONGEST]


def _contents(item: str, plain: bytes) -> Iterator[tuple[str, str]]:
    if item != PACK:
        yield item, plain.decode()
        return
    for name, content in msgspec.msgpack.decode(plain, type=dict[str, Content]).items():
        yield name, content.text


def _index_keys(ring: object) -> list[int]:
    """Return the versions of the index keys of a ring."""
    return sorted(ring._ring.index)  # type: ignore[attr-defined]  # the attacker has the file
