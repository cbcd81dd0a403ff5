"""Whole logs for tests: verified as the program does, and leaf after leaf, each rule written out where it applies.

What ``read_leaf_by_leaf`` says is what the program has to say, which reads stretches apart and most leaves by how they
begin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shouze.errors import ShouzeError
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.note import Verifier
from shouze.ledger.reading import ChainKey
from shouze.ledger.shard import next_log, read_beginning
from shouze.ledger.tile import FULL, Tile, bundle_path, decode_bundle, decode_tile, tile_path
from shouze.ledger.tree import Frontier, leaf_hash, root_of
from shouze.ledger.verify import FAULTS, Fault, LogSource, Report
from shouze.verifier.walking import Plan, read_here, walk


def verify_log(
    source: LogSource, verifiers: Sequence[Verifier], *, older: Checkpoint | None = None, still: bool = True,
    chains: Mapping[ChainKey, Chain] | None = None, whole: bool = True,
) -> Report:  # fmt: skip
    """Verify a log here and now; what is given is that of a plan."""
    plan = Plan(verifiers, older, still=still, chains=chains, whole=whole)
    return walk(read_here(source), plan, source).report


def read_leaf_by_leaf(
    source: LogSource, verifiers: Sequence[Verifier], *, chains: Mapping[ChainKey, Chain] | None = None
) -> Report:
    """Return what verifies and what does not of a log whose checkpoint does."""
    checkpoint, _ = open_checkpoint(source.checkpoint() or b"", verifiers)
    walk = _Walk(source, checkpoint, dict(chains or {}), alone=chains is None)
    walk.run()
    return Report(
        checkpoint.size, checkpoint.root, tuple(walk.faults), walk.before, walk.joined, walk.after, 0, walk.chains
    )


@dataclass(slots=True)
class _Walk:
    """One pass over a log; ``rows`` are the hashes, by level, whose tile is not yet complete."""

    source: LogSource
    checkpoint: Checkpoint
    chains: dict[ChainKey, Chain]
    alone: bool
    faults: list[Fault] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    rows: defaultdict[int, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    before: Checkpoint | None = None
    joined: int = 0
    after: Verifier | None = None

    def run(self) -> None:
        size = self.checkpoint.size
        for start in range(0, size, FULL):
            place = Tile(0, start // FULL, min(FULL, size - start))
            hashes = self.leaf_hashes(place)
            if hashes is None:
                return
            self.frontier = self.frontier.extend(hashes)
            self.settle(place, hashes)
        for level, row in list(self.rows.items()):
            if row:
                self.settle(Tile(level, size >> 8 * (level + 1), len(row)), row)
        if self.frontier.root() != self.checkpoint.root:
            self.fault("root", "checkpoint")

    def leaf_hashes(self, place: Tile) -> list[bytes] | None:
        """Return a bundle's leaf hashes; of a bundle that cannot be read, those its tile claims, so as to go on."""
        try:
            entries = decode_bundle(self.source.bundle(place.n, place.width), place.width)
        except ShouzeError:
            self.fault("bundle", bundle_path(place.n, place.width))
            return self.claimed(place)
        hashes = [leaf_hash(entry) for entry in entries]
        for index, (entry, hashed) in enumerate(zip(entries, hashes, strict=True), place.n * FULL):
            self.follow(index, entry, hashed)
        return hashes

    def claimed(self, place: Tile) -> list[bytes] | None:
        try:
            return decode_tile(self.source.tile(*place), place.width)
        except ShouzeError:
            self.fault("tile", tile_path(*place))
            return None

    def follow(self, index: int, entry: bytes, hashed: bytes) -> None:
        if index == 0:
            self.before = read_beginning(entry)
            if self.before is not None:
                return
        try:
            leaf = parse_leaf(entry)
        except ShouzeError:
            self.fault("leaf", f"leaf {index}")
            return
        self.chains[leaf.node, leaf.boot] = self.advanced(index, leaf, hashed)
        try:
            after = next_log(leaf)
        except ShouzeError:
            self.fault("ended", f"leaf {index}")
            return
        if after is not None and self.after is None:
            self.after = after
            if index + 1 < self.checkpoint.size:
                self.fault("ended", f"leaf {index + 1}")

    def advanced(self, index: int, leaf: Leaf, hashed: bytes) -> Chain:
        key = (leaf.node, leaf.boot)
        chain = self.chains.get(key, Chain(*key))
        if self.alone and self.before is not None and key not in self.chains and leaf.nseq > 1:
            self.joined += 1
            return chain.rejoin(leaf, hashed)
        try:
            return chain.advance(leaf, hashed)
        except ShouzeError:
            self.fault("chain", f"leaf {index}")
            return chain.rejoin(leaf, hashed)

    def settle(self, place: Tile, row: list[bytes]) -> None:
        """Compare a finished or last row with its published tile; carry the hash of a full one upward."""
        try:
            same = self.source.tile(*place) == b"".join(row)
        except ShouzeError:
            same = False
        if not same:
            self.fault("tile", tile_path(*place))
        if place.width < FULL:
            return
        above = self.rows[place.level + 1]
        above.append(root_of(row))
        if len(above) == FULL:
            self.rows[place.level + 1] = []
            self.settle(Tile(place.level + 1, place.n // FULL), above)

    def fault(self, code: str, where: str) -> None:
        self.faults.append(Fault(code, FAULTS[code], where))
