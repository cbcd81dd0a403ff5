"""Verify a log stretch by stretch, each apart from the others; ``joining`` tells what only the whole can tell.

A stretch is what one tile of level 1 covers: 65,536 leaves. Its bundles are hashed again, its tiles built again and
compared, its records read. Memory stays within a few tiles and one line for each run of each node.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from shouze.errors import InvalidError, NotFoundError, TamperedError
from shouze.ledger.reading import ChainKey, Link, Reader, Shard
from shouze.ledger.tile import FULL, Tile, bundle_path, decode_bundle, decode_tile, tile_path
from shouze.ledger.tree import Frontier, leaf_hashes, root_of
from shouze.ledger.verify import MAX_FAULTS, LogSource

SPAN = FULL * FULL
"""Leaves of a whole stretch."""
WRONG = (InvalidError, NotFoundError, TamperedError)
"""What is a fault of the log; that a source does not answer is none."""


class Mark(NamedTuple):
    """A size at which the tree has to have a root; None where that is not known, for its signature is not right."""

    size: int
    root: bytes | None


class MarkedSource(LogSource, Protocol):
    """A log that keeps older checkpoints too."""

    def marks(self, above: int, upto: int) -> Iterable[Mark]:
        """Return the marks of sizes above the first and up to the second, smallest first."""
        ...

    def noticed(self) -> Iterable[tuple[str, str]]:
        """Return code and place of what was found wrong beside the log since this was last asked."""
        ...


class Asked(NamedTuple):
    """Which stretch is to be verified: its number, its leaves (1 to SPAN), and marks within it beside the source's.

    Without ``entries`` the lowest tiles are believed, and all that rests on them is built again.
    """

    number: int
    width: int = SPAN
    marks: tuple[Mark, ...] = ()
    entries: bool = True


class Stretch(NamedTuple):
    """What a stretch shows: its frontier as a tree of its own, that at each mark, the chains in it, and its faults.

    ``hashes`` is None where leaves are lost: neither their bundle nor their tile can be read. ``shard`` says which logs
    are before and after.
    """

    number: int
    width: int
    hashes: tuple[bytes, ...] | None
    marks: list[tuple[Mark, tuple[bytes, ...]]]
    links: dict[ChainKey, Link]
    faults: list[tuple[str, str]]
    shard: Shard = Shard()


def verify_stretch(source: LogSource | MarkedSource, asked: Asked, reader: Reader) -> Stretch:
    """Verify one stretch; ``reader`` remembers words from one to the next.

    Never raises for what the source returns; UnavailableError when it does not answer.
    """
    work = _Stretch(source, asked, reader)
    lost = not all(work.take(n) for n in range(-(-asked.width // FULL)))
    if not lost:
        work.settle()
    hashes = None if lost else work.hashes_at(asked.width)
    for code, where in source.noticed() if hasattr(source, "noticed") else ():
        work.fault(code, where)
    return Stretch(asked.number, asked.width, hashes, work.seen, reader.links(), work.faults, reader.shard())


@dataclass(slots=True)
class _Stretch:
    """One pass over a stretch; ``row`` are the hashes of its whole bundles, ``last`` those of the one that is not."""

    source: LogSource | MarkedSource
    asked: Asked
    reader: Reader
    row: list[bytes] = field(default_factory=list)
    last: list[bytes] = field(default_factory=list)
    seen: list[tuple[Mark, tuple[bytes, ...]]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def take(self, number: int) -> bool:
        """Take in a bundle; False where its leaves are lost."""
        width = min(FULL, self.asked.width - number * FULL)
        place = Tile(0, self.asked.number * FULL + number, width)
        hashes = self.leaf_hashes(place)
        if hashes is None:
            return False
        self.last = hashes
        self.look_at_marks(place)
        self.compare(place, hashes)
        if width == FULL:
            self.row.append(root_of(hashes))
            self.last = []
        return True

    def leaf_hashes(self, place: Tile) -> list[bytes] | None:
        """Return a bundle's leaf hashes; of a bundle that cannot be read, those its tile claims, so as to go on."""
        if not self.asked.entries:
            return self.claimed(place)
        try:
            entries = decode_bundle(self.source.bundle(place.n, place.width), place.width)
        except WRONG:
            self.fault("bundle", bundle_path(place.n, place.width))
            return self.claimed(place)
        hashes = leaf_hashes(entries)
        for index, code in self.reader.read(place.n * FULL, entries, hashes):
            self.fault(code, f"leaf {index}")
        return hashes

    def claimed(self, place: Tile) -> list[bytes] | None:
        try:
            return decode_tile(self.source.tile(*place), place.width)
        except WRONG:
            self.fault("tile", tile_path(*place))
            return None

    def look_at_marks(self, place: Tile) -> None:
        start = place.n * FULL
        own = [mark for mark in self.asked.marks if start < mark.size <= start + place.width]
        for mark in (*own, *marks_of(self.source, start, start + place.width)):
            self.seen.append((mark, self.hashes_at(mark.size - self.asked.number * SPAN)))

    def hashes_at(self, size: int) -> tuple[bytes, ...]:
        """Return the frontier of the stretch's first leaves, as many as have come to the last bundle at least."""
        row, rest = self.row, self.last[: size - len(self.row) * FULL]
        if len(rest) == FULL:
            row, rest = [*row, root_of(rest)], []
        return Frontier().extend(row).hashes + Frontier().extend(rest).hashes

    def settle(self) -> None:
        if self.row:
            self.compare(Tile(1, self.asked.number, len(self.row)), self.row)

    def compare(self, place: Tile, row: list[bytes]) -> None:
        if not same_as_published(self.source, place, row):
            self.fault("tile", tile_path(*place))

    def fault(self, code: str, where: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append((code, where))


def marks_of(source: LogSource | MarkedSource, above: int, upto: int) -> Iterable[Mark]:
    """Return the marks that a source keeps of sizes above the first and up to the second."""
    return source.marks(above, upto) if hasattr(source, "marks") else ()


def same_as_published(source: LogSource, place: Tile, row: list[bytes]) -> bool:
    """Whether a tile is published and holds these hashes."""
    try:
        return source.tile(*place) == b"".join(row)
    except WRONG:
        return False
