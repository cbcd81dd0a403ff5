"""Join the stretches of a log, in their order: the root, the tiles above, the chains of the nodes, the logs beside it.

What only the whole can tell is told here: that each node's records go on from one stretch to the next, and from the log
before; that a hand-over is a log's last record. Memory stays within a few tiles and one line for each run of each node,
however long the log is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.note import Verifier
from shouze.ledger.proof import TileHashes, prove_consistency, prove_inclusion, verify_consistency, verify_inclusion
from shouze.ledger.reading import ChainKey, Link, Shard
from shouze.ledger.shard import read_beginning
from shouze.ledger.stretch import SPAN, WRONG, Asked, Mark, MarkedSource, Stretch, marks_of, same_as_published
from shouze.ledger.strict import base64_of
from shouze.ledger.tile import FULL, Tile, bundle_path, decode_bundle, decode_tile, tile_path
from shouze.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash, root_of
from shouze.ledger.verify import FAULTS, MAX_FAULTS, Fault, LogSource, Report

_ABOVE = 2
"""The lowest level whose hashes stand for whole stretches."""


class Standing(msgspec.Struct):
    """How far a log was joined: whole stretches, the unfinished rows above, where each chain stands, what was wrong.

    ``rows`` are the hashes, from level 2 up, whose tile is not yet complete. ``wrong`` are sizes whose root is not that
    of their mark. ``joined`` counts the chains whose beginning lies before what was read. ``before`` is the checkpoint
    that leaf 0 is, ``after`` the vkey of the log that this one was handed over to.
    """

    done: int = 0
    begun: int = 0
    rows: list[list[bytes]] = msgspec.field(default_factory=list)
    chains: dict[ChainKey, tuple[int, bytes]] = msgspec.field(default_factory=dict)
    faults: list[tuple[str, str]] = msgspec.field(default_factory=list)
    wrong: list[int] = msgspec.field(default_factory=list)
    joined: int = 0
    before: Checkpoint | None = None
    after: str | None = None

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The frontier's hashes over the whole stretches."""
        return sum((Frontier().extend(row).hashes for row in reversed(self.rows)), ())


class Joining:
    """Joins stretches, in their order, to the log of a checkpoint."""

    def __init__(
        self, source: LogSource | MarkedSource, checkpoint: Checkpoint, standing: Standing,
        marks: Iterable[Mark] = (), *, alone: bool = True,
    ) -> None:  # fmt: skip
        """``standing`` is where to go on from; ``marks`` are sizes and roots that the log has to have had.

        ``alone`` says that not all logs before were read: a chain that is not known goes on from there.
        """
        self.source, self.checkpoint, self.standing, self._alone = source, checkpoint, standing, alone
        self._marks = tuple(marks)
        self._tail: tuple[bytes, ...] = ()
        self._size = standing.done * SPAN

    @property
    def frontier(self) -> Frontier:
        """The tree of all that was joined."""
        return Frontier(self._size, self.standing.hashes + self._tail)

    def asked(self, *, entries: bool = True) -> Iterable[Asked]:
        """Yield the stretches that are left, in their order."""
        size = self.checkpoint.size
        for number in range(self.standing.done, -(-size // SPAN)):
            start, width = number * SPAN, min(SPAN, size - number * SPAN)
            marks = tuple(mark for mark in self._marks if start < mark.size <= start + width)
            yield Asked(number, width, marks, entries)

    def begin(self) -> None:
        """Compare the marks up to where the first stretch begins; those below it by proofs out of the tiles.

        Where leaf 0 lies below it, and was not read before, it is proven to be there.
        """
        kept = () if self._size else marks_of(self.source, -1, 0)
        self._compare_marks([(mark, ()) for mark in (*self._marks, *kept) if mark.size == self._size])
        below = [mark for mark in self._marks if mark.size < self._size or mark.size > self.checkpoint.size]
        if not all(self._is_past(mark) for mark in below):
            self.fault("older", "checkpoint")
        if self.standing.begun and self.standing.before is None:
            self.standing.before = self._proven_beginning()

    def join(self, stretch: Stretch) -> bool:
        """Join the next stretch; False where its leaves are lost, and nothing beyond can be told."""
        for code, where in stretch.faults:
            self.fault(code, where)
        self._see_shard(stretch.shard)
        self._follow(stretch.links)
        self._compare_marks(each for each in stretch.marks if each[0].size % SPAN)
        if stretch.hashes is None:
            return False
        self._size += stretch.width
        if stretch.width < SPAN:
            self._tail = stretch.hashes
        else:
            self.standing.done += 1
            self._settle(0, *stretch.hashes)
        self._compare_marks((mark, ()) for mark, _ in stretch.marks if not mark.size % SPAN)
        return True

    def finish(self) -> None:
        """Compare the last, unfinished tiles, and the root."""
        for level, row in enumerate(self.standing.rows, _ABOVE):
            self._compare(Tile(level, self.checkpoint.size >> 8 * (level + 1), len(row)), row)
        if self.frontier.root() != self.checkpoint.root:
            self.fault("root", "checkpoint")

    def fault(self, code: str, where: str) -> None:
        """Write down what does not verify, the first thousand."""
        if len(self.standing.faults) < MAX_FAULTS:
            self.standing.faults.append((code, where))

    def look_beyond(self) -> None:
        """Name the bundle, if there is one, that holds more than the checkpoint covers."""
        n, width = divmod(self.checkpoint.size, FULL)
        for wider in range(width + 1, FULL + 1):
            try:
                self.source.bundle(n, wider)
            except WRONG:
                continue
            self.fault("beyond", bundle_path(n, wider))
            return

    def report(self) -> Report:
        """Return what was verified, and what does not verify."""
        standing, after = self.standing, self.standing.after
        return Report(
            self.checkpoint.size, self.checkpoint.root,
            tuple(Fault(code, FAULTS[code], where) for code, where in standing.faults),
            standing.before, standing.joined, Verifier.from_vkey(after) if after else None, standing.begun * SPAN,
            {key: Chain(*key, *last) for key, last in standing.chains.items()},
        )  # fmt: skip

    def _see_shard(self, shard: Shard) -> None:
        """Take in which logs are before and after; a hand-over is a log's last record."""
        self.standing.before = self.standing.before or shard.before
        if shard.after is None or self.standing.after is not None:
            return
        self.standing.after = shard.after.vkey
        if shard.turned + 1 < self.checkpoint.size:
            self.fault("ended", f"leaf {shard.turned + 1}")

    def _proven_beginning(self) -> Checkpoint | None:
        size, width = self.checkpoint.size, min(FULL, self.checkpoint.size)
        try:
            entry = decode_bundle(self.source.bundle(0, width), width)[0]
            proof = prove_inclusion(0, size, TileHashes(size, lambda place: self.source.tile(*place)))
            there = verify_inclusion(0, size, leaf_hash(entry), proof, self.checkpoint.root)
        except WRONG:
            self.fault("bundle", bundle_path(0, width))
            return None
        if not there:
            self.fault("tile", tile_path(0, 0, width))
        return read_beginning(entry) if there else None

    def _follow(self, links: Mapping[ChainKey, Link]) -> None:
        chains = self.standing.chains
        partly = self.standing.begun > 0 or (self._alone and self.standing.before is not None)
        for key, link in sorted(links.items(), key=lambda each: each[1].place):
            last_nseq, last_hash = chains.get(key, (0, b""))
            if key not in chains and partly and link.nseq > 1:
                self.standing.joined += 1
            elif (link.nseq, link.prev) != (last_nseq + 1, base64_of(last_hash)):
                self.fault("chain", f"leaf {link.place}")
            chains[key] = link.last_nseq, link.last_hash

    def _compare_marks(self, marks: Iterable[tuple[Mark, tuple[bytes, ...]]]) -> None:
        for mark, hashes in marks:
            if Frontier(mark.size, self.standing.hashes + hashes).root() == mark.root:
                continue
            if mark in self._marks:
                self.fault("older", "checkpoint")
            else:
                self.standing.wrong.append(mark.size)

    def _is_past(self, mark: Mark) -> bool:
        size, root = self.checkpoint.size, self.checkpoint.root
        if not mark.size or mark.root is None:
            return mark.root == EMPTY_ROOT
        try:
            tiles = TileHashes(size, lambda place: self.source.tile(*place))
            proof = prove_consistency(mark.size, size, tiles)
        except WRONG:
            return False
        return verify_consistency(mark.size, size, mark.root, root, proof)

    def _settle(self, above: int, hashed: bytes) -> None:
        if above == len(self.standing.rows):
            self.standing.rows.append([])
        row = self.standing.rows[above]
        row.append(hashed)
        if len(row) == FULL:
            self.standing.rows[above] = []
            level = above + _ABOVE
            self._compare(Tile(level, (self.standing.done * SPAN >> 8 * (level + 1)) - 1), row)
            self._settle(above + 1, root_of(row))

    def _compare(self, place: Tile, row: list[bytes]) -> None:
        if row and not same_as_published(self.source, place, row):
            self.fault("tile", tile_path(*place))


def standing_at(source: LogSource, number: int, size: int) -> Standing:
    """Return the standing before a stretch, as the tiles of the log of ``size`` leaves claim it.

    It holds only once a mark at or above that stretch agrees: the mark's root binds every hash that is taken here.
    InvalidError or NotFoundError where a tile cannot be read.
    """
    rows, level = [], _ABOVE
    while number >> 8 * (level - _ABOVE):
        kept = (number >> 8 * (level - _ABOVE)) % FULL
        n = number >> 8 * (level - _ABOVE + 1)
        width = min(FULL, (size >> 8 * level) - n * FULL)
        rows.append(decode_tile(source.tile(level, n, width), width)[:kept] if kept else [])
        level += 1
    return Standing(done=number, begun=number, rows=rows)
