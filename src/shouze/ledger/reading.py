"""Read the leaves of a log one after another, as strictly as ``parse_leaf`` and several times as fast.

A record that begins, byte for byte, as the next one of its node has to, and ends in words that were read strictly
before, differs from what was read only in its commitments and its time: those are checked for many records at once.
Whatever does not go this way is parsed; so is the whole bundle when anything in it does not hold, to say which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
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
from shouze.ledger.strict import base64_of, base64_row

ChainKey = tuple[int, str]
"""Node and boot."""

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_DIGEST, _BETWEEN, _STRIDE = 43, b'","', 46
_NSEQ, _PREV, _SD = b',"nseq":', b',"prev":"', b'","sd":["'
_MIDDLE, _END, _WORDS = b'"],"sd_alg":"sha-256","t":"', b'","v":1,', b'"verdict":'
_SECOND = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_ROOT = 44
_LARGEST_BEGUN = (1 << 52) - 1
_REMEMBERED = 1 << 14

Columns = Sequence[Sequence[bytes]]
"""Of records in a row: their commitments, what follows those, seconds, fractions, what follows the time."""


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

    def follow(self, before: Chain, entries: Sequence[bytes], hashes: Sequence[bytes]) -> Chain | None:
        """Return ``before`` after these entries, which go on with it; None where one has to be looked at by itself."""
        head = f'{{"boot":"{before.boot}","node":{before.node}'.encode()
        grown = {head: Link(0, 0, "", before.last_nseq, before.last_hash)}
        try:
            if head not in self._keys:
                leaf = parse_leaf(entries[0])
                self._keys[head] = leaf.node, leaf.boot
            parts = self._split(0, entries, hashes, grown)
        except (error, ShouzeError):
            return None
        if len(grown) > 1 or not self._parts_hold(parts):
            return None
        return Chain(before.node, before.boot, grown[head].last_nseq, grown[head].last_hash)

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
    ) -> list[Columns]:
        """Return what the records hold besides numbers, chain and words; ``grown`` takes in how the chains grow.

        TamperedError or struct's error for a record that does not begin as the next of its node.
        """
        columns, begin = [], 0
        while begin < len(entries):
            head = entries[begin][: entries[begin].find(_NSEQ)]
            link, prev = self._turned(grown, head, first + begin, entries[begin])
            run = _run(head, link.last_nseq + 1, prev, entries, begin)
            columns.append(self._columns(head, link.last_nseq + 1, prev, run, hashes[begin : begin + len(run) - 1]))
            begin += len(run)
            grown[head] = link._replace(last_nseq=link.last_nseq + len(run), last_hash=hashes[begin - 1])
        return columns

    def _columns(self, head: bytes, number: int, prev: bytes, run: Sequence[bytes], hashes: Sequence[bytes]) -> Columns:
        """Return what differs in a run of one chain's records; TamperedError unless they follow one another."""
        count, shape = len(run), _shape(len(head), len(str(number)), len(prev))
        numbers, befores, prevs, lists, *columns = zip(*map(shape.unpack_from, run), strict=True)
        if b"".join(numbers) != "".join(map(str, range(number, number + count))).encode():
            raise TamperedError
        if b"".join(prevs) != prev + _all_base64(hashes) or befores.count(_PREV) != count or lists.count(_SD) != count:
            raise TamperedError
        begin = shape.size
        new = {entry[begin:] for entry in run} - self._words
        for entry in run if new else ():
            if entry[begin:] in new:
                self._remember(entry, entry[begin:])
                new.remove(entry[begin:])
        return columns

    def _turned(self, grown: dict[bytes, Link], head: bytes, index: int, entry: bytes) -> tuple[Link, bytes]:
        """Return a chain to go on with, and what its next record names as the one before."""
        link = grown.get(head) or self._links.get(head)
        if link is None:
            link = self._met(head, index, entry)
            prev = link.prev
        else:
            prev = base64_of(link.last_hash)
        if link.last_nseq > _LARGEST_BEGUN:
            raise TamperedError
        return link, prev.encode()

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
        if not said.startswith(_WORDS):
            raise TamperedError
        _bounded(self._words).add(said)

    def _parts_hold(self, parts: Sequence[Columns]) -> bool:
        """Whether commitments and times are well formed, and what stands around them is what has to."""
        if not parts:
            return True
        columns = (
            parts[0] if len(parts) == 1 else [list(chain.from_iterable(each)) for each in zip(*parts, strict=True)]
        )
        commitments, middles, seconds, fractions, ends = columns
        count = len(ends)
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


def _run(head: bytes, number: int, prev: bytes, entries: Sequence[bytes], begin: int) -> Sequence[bytes]:
    """Return the records from a place on that are of one chain, and of one shape, as long as none does not hold."""
    head, end = head + _NSEQ, begin + 1
    # The first of a chain names none before it; a number may take one more digit than the one before.
    most = 1 if len(prev) != _ROOT else 10 ** len(str(number)) - number
    last = min(len(entries), begin + most)
    while end < last and entries[end].startswith(head):
        end += 1
    if not entries[begin].startswith(head):
        raise TamperedError
    return entries[begin:end]


@cache
def _shape(head: int, digits: int, prev: int) -> Struct:
    """Return where a record's parts stand from its number on, by the lengths of what differs from chain to chain."""
    before = f"{head + len(_NSEQ)}x{digits}s{len(_PREV)}s{prev}s{len(_SD)}s"
    return Struct(f"{before}{COUNT * _STRIDE - len(_BETWEEN)}s{len(_MIDDLE)}s19s8s{len(_END)}s")


def _all_base64(hashes: Sequence[bytes]) -> bytes:
    """Return the hashes in base64, one behind the other."""
    text = bytearray(base64_row(hashes))
    text[_ROOT - 1 :: _ROOT] = b"=" * len(hashes)
    return bytes(text)


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
