"""Read the leaves of a log one after another, as strictly as ``parse_leaf`` and several times as fast.

A record that begins, byte for byte, as the next one of its node has to, and ends in words that were read strictly
before, differs from what was read only in its commitments and its time: those are checked for many records at once.
Whatever does not go this way is parsed; so is the whole bundle when anything in it does not hold, to say which.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import lt
from struct import Struct, error, unpack
from typing import NamedTuple

from shouze.errors import ShouzeError, TamperedError
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.disclosure import COUNT
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.note import Verifier
from shouze.ledger.shard import TURN, next_log, read_beginning
from shouze.ledger.strict import base64_of
from shouze.ledger.tile import FULL

ChainKey = tuple[int, str]
"""Node and boot."""

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_DIGEST, _BETWEEN, _STRIDE = 43, b'","', 46
_NSEQ, _PREV, _SD = b',"nseq":', b',"prev":"', b'","sd":["'
_MIDDLE, _END, _WORDS = b'"],"sd_alg":"sha-256","t":"', b'","v":1,', b'"verdict":'
_LAYOUT = Struct(f"{COUNT * (_DIGEST + 3) - 3}s{len(_MIDDLE)}s19s8s{len(_END)}s")
_SECOND = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_LARGEST = (1 << 53) - 1
_REMEMBERED = 1 << 14
_NONE = b"\x00"
"""What no record begins with."""


class Broken(NamedTuple):
    """A leaf that does not hold: its place, and the code of the fault (leaf, chain, ended)."""

    place: int
    code: str


class Link(NamedTuple):
    """What was read of one chain: its first record with what that names as the one before, and where it then stands."""

    place: int
    nseq: int
    prev: str
    last_nseq: int
    last_hash: bytes


class Shard(NamedTuple):
    """What was read of the logs before and after: the checkpoint that leaf 0 is; where the first hand-over stands.

    ``after`` is the key of the log that this one was handed over to.
    """

    before: Checkpoint | None = None
    turned: int = 0
    after: Verifier | None = None


class Reader:
    """Follows the chains of every node through consecutive bundles; begins anew with ``links`` and ``shard``.

    What it remembers of words and times lasts, within bounds, as long as it does. With ``of_nodes``, what speaks of a
    log itself does not hold.
    """

    def __init__(self, *, of_nodes: bool = False) -> None:
        self._of_nodes = of_nodes
        self._words: set[bytes] = set()
        self._seconds: set[bytes] = set()
        self._links: dict[bytes, Link] = {}
        self._keys: dict[bytes, ChainKey] = {}
        self._shard = Shard()

    def links(self) -> dict[ChainKey, Link]:
        """Return what was read of each chain since this was last asked."""
        read = {self._keys[head]: link for head, link in self._links.items()}
        self._links, self._keys = {}, {}
        return read

    def shard(self) -> Shard:
        """Return what was read of the logs before and after since this was last asked."""
        read, self._shard = self._shard, Shard()
        return read

    def read(self, first: int, entries: Sequence[bytes], hashes: Sequence[bytes]) -> list[Broken]:
        """Read the entries from index ``first`` on, with their leaf hashes; return what does not hold."""
        grown = self._read_alike(first, entries, hashes)
        if grown is None:
            return self._read_each(first, entries, hashes)
        self._links.update(grown)
        return []

    def follow(self, chain: Chain, entries: Sequence[bytes], hashes: Sequence[bytes]) -> Chain | None:
        """Return the chain after these entries, which go on with it; None where one has to be looked at by itself."""
        head = f'{{"boot":"{chain.boot}","node":{chain.node}'.encode()
        grown = {head: Link(0, 0, "", chain.last_nseq, chain.last_hash)}
        try:
            if head not in self._keys:
                leaf = parse_leaf(entries[0])
                self._keys[head] = leaf.node, leaf.boot
            parts = self._split(0, entries, hashes, grown)
        except (error, ShouzeError):
            return None
        if len(grown) > 1 or not self._parts_hold(parts):
            return None
        return Chain(chain.node, chain.boot, grown[head].last_nseq, grown[head].last_hash)

    def _read_alike(self, first: int, entries: Sequence[bytes], hashes: Sequence[bytes]) -> dict[bytes, Link] | None:
        """Return how the chains grow by these entries; None where one of them does not hold or is not of this form."""
        grown: dict[bytes, Link] = {}
        try:
            parts = self._split(first, entries, hashes, grown)
        except (error, ShouzeError):
            return None
        return grown if self._parts_hold(parts) else None

    def _split(
        self, first: int, entries: Sequence[bytes], hashes: Sequence[bytes], grown: dict[bytes, Link]
    ) -> list[tuple[bytes, ...]]:
        """Return what stands between each record's beginning and its words; ``grown`` takes in how the chains grow.

        TamperedError or struct's error for a record that does not begin as the next of its node. The loop is written
        out: it runs once for each record of a log.
        """
        parts = []
        head, begun, nseq, hashed = b"", _NONE, 0, b""
        unpack, rest, words, to_base64 = _LAYOUT.unpack_from, _LAYOUT.size, self._words, binascii.b2a_base64
        for index, entry in enumerate(entries):
            if not entry.startswith(begun):
                if nseq:
                    grown[head] = grown[head]._replace(last_nseq=nseq, last_hash=hashed)
                head = entry[: entry.find(_NSEQ)]
                grown[head], begun = self._turned(grown, head, first + index, entry)
                nseq = grown[head].last_nseq
            at = len(begun)
            parts.append(unpack(entry, at))
            said = entry[at + rest :]
            if said not in words:
                self._remember(entry, said)
            nseq += 1
            hashed = hashes[index]
            begun = b"".join((head, _NSEQ, str(nseq + 1).encode(), _PREV, to_base64(hashed, newline=False), _SD))
        if nseq:
            grown[head] = grown[head]._replace(last_nseq=nseq, last_hash=hashed)
        return parts

    def _turned(self, grown: dict[bytes, Link], head: bytes, index: int, entry: bytes) -> tuple[Link, bytes]:
        """Return a chain to go on with, and how its next record begins; TamperedError where this one does not."""
        link = grown.get(head) or self._links.get(head)
        if link is None:
            link = self._met(head, index, entry)
            begun = _begun(head, link.nseq, link.prev.encode())
        else:
            begun = _begun(head, link.last_nseq + 1, base64_of(link.last_hash).encode())
        if not entry.startswith(begun) or link.last_nseq > _LARGEST - FULL:
            raise TamperedError
        return link, begun

    def _met(self, head: bytes, index: int, entry: bytes) -> Link:
        """Return the beginning of a chain that was not met before; TamperedError for what is no record."""
        leaf = parse_leaf(entry)
        self._keys[head] = leaf.node, leaf.boot
        return Link(index, leaf.nseq, leaf.prev, leaf.nseq - 1, b"")

    def _remember(self, entry: bytes, said: bytes) -> None:
        """Parse a record, and remember its words; TamperedError for what is no record, or ends a log."""
        what = parse_leaf(entry).what
        if what.act == TURN or (self._of_nodes and what.shard is not None):
            raise TamperedError
        # Before them no string of a record holds a quotation mark: here, and only here, its words begin.
        if said.startswith(_WORDS):
            _bounded(self._words).add(said)

    def _parts_hold(self, parts: Sequence[tuple[bytes, ...]]) -> bool:
        """Whether commitments and times are well formed, and what stands around them is what has to."""
        if not parts:
            return True
        commitments, middles, seconds, fractions, ends = zip(*parts, strict=True)
        count = len(parts)
        if middles.count(_MIDDLE) != count or ends.count(_END) != count:
            return False
        fraction = b"".join(fractions)
        digits = fraction.translate(None, b".Z")
        if fraction[::8] != b"." * count or fraction[7::8] != b"Z" * count or len(digits) != 6 * count:
            return False
        return digits.isdigit() and self._seconds_hold(set(seconds)) and _commitments_hold(commitments)

    def _seconds_hold(self, seconds: set[bytes]) -> bool:
        new = seconds - self._seconds
        if not all(map(_is_second, new)):
            return False
        _bounded(self._seconds).update(new)
        return True

    def _read_each(self, first: int, entries: Sequence[bytes], hashes: Sequence[bytes]) -> list[Broken]:
        broken = []
        for index, (entry, hashed) in enumerate(zip(entries, hashes, strict=True), first):
            if index == 0 and (before := read_beginning(entry)) is not None:
                self._shard = self._shard._replace(before=before)
                continue
            try:
                leaf = parse_leaf(entry)
            except ShouzeError:
                broken.append(Broken(index, "leaf"))
                continue
            broken += [Broken(index, code) for code in self._faults_of(index, entry, leaf, hashed)]
        return broken

    def _faults_of(self, index: int, entry: bytes, leaf: Leaf, hashed: bytes) -> Iterator[str]:
        """Yield what is wrong with a record in its place; take it in."""
        head = entry[: entry.find(_NSEQ)]
        self._keys[head] = leaf.node, leaf.boot
        link = self._links.get(head) or Link(index, leaf.nseq, leaf.prev, 0, b"")
        goes_on = (leaf.nseq, leaf.prev) == (link.last_nseq + 1, base64_of(link.last_hash))
        if head in self._links and not goes_on:
            yield "chain"
        self._links[head] = link._replace(last_nseq=leaf.nseq, last_hash=hashed)
        try:
            after = next_log(leaf)
        except ShouzeError:
            yield "ended"
            return
        if after is not None and self._shard.after is None:
            self._shard = self._shard._replace(turned=index, after=after)


def _begun(head: bytes, nseq: int, prev: bytes) -> bytes:
    """Return how the record of that number begins, up to its first commitment."""
    return b"".join((head, _NSEQ, str(nseq).encode(), _PREV, prev, _SD))


def _commitments_hold(commitments: Sequence[bytes]) -> bool:
    """Whether each record has its eight digests, in base64url, ascending and none of them twice."""
    text, count = _BETWEEN.join((*commitments, b"")), COUNT * len(commitments)
    # What is of no digest is what stands between them, and stands where it has to.
    if text.translate(None, _ALPHABET) != _BETWEEN * count:
        return False
    if text[_DIGEST::_STRIDE] != b'"' * count or text[_DIGEST + 2 :: _STRIDE] != b'"' * count:
        return False
    begun = bytearray(2 * count)
    begun[::2], begun[1::2] = text[::_STRIDE], text[1::_STRIDE]
    begins = unpack(f">{count}H", begun)
    rising = bytearray(map(lt, begins, begins[1:]))
    rising[COUNT - 1 :: COUNT] = b"\1" * len(rising[COUNT - 1 :: COUNT])
    at = rising.find(0)
    # Two that begin alike, one pair in some thousand, are compared whole.
    while at >= 0:
        place = at * _STRIDE
        if text[place : place + _DIGEST] >= text[place + _STRIDE : place + _STRIDE + _DIGEST]:
            return False
        at = rising.find(0, at + 1)
    return True


def _is_second(text: bytes) -> bool:
    """Whether it is a moment of the calendar, to the second."""
    if not _SECOND.fullmatch(text):
        return False
    written = text.decode("ascii")
    try:
        return datetime.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


def _bounded(remembered: set[bytes]) -> set[bytes]:
    if len(remembered) >= _REMEMBERED:
        remembered.clear()
    return remembered
