"""Verify a whole log from what it publishes, one bundle at a time.

Nothing is believed but the signer's key: bundles are hashed again, tiles built again and compared, the root compared
with the signed checkpoint's, every leaf read strictly, every node's chain followed. Memory stays within a few tiles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from shouze.errors import ShouzeError
from shouze.language import Text
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.note import Verifier
from shouze.ledger.shard import next_log, read_beginning
from shouze.ledger.tile import FULL, Tile, bundle_path, decode_bundle, decode_tile, tile_path
from shouze.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash, root_of

MAX_FAULTS = 1000
ChainKey = tuple[int, str]
"""Node and boot."""


class LogSource(Protocol):
    """Where the published log is read from; what is not there raises NotFoundError."""

    def checkpoint(self) -> bytes | None:
        """Return the newest signed checkpoint, or None when there is none yet."""
        ...

    def bundle(self, n: int, width: int) -> bytes:
        """Return the entry bundle of that number at that width (1 to 256)."""
        ...

    def tile(self, level: int, n: int, width: int) -> bytes:
        """Return the tile of that level and number at that width (1 to 256)."""
        ...


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not verify: a stable code, words, and where: a path or ``leaf <index>``."""

    code: str
    text: Text
    where: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified: the checkpoint's size and root, and the faults (the first thousand).

    ``before`` is the checkpoint with which a log begins that follows another: what it rests on. ``joined`` counts the
    nodes whose records go on from there. ``after`` is the key of the log that it was handed over to, ``chains`` where
    each node's records then stand.
    """

    size: int
    root: bytes
    faults: tuple[Fault, ...]
    before: Checkpoint | None = None
    joined: int = 0
    after: Verifier | None = None
    chains: Mapping[ChainKey, Chain] = field(default_factory=dict, repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """True only when nothing at all was found wrong."""
        return not self.faults


FAULTS = {
    "checkpoint": Text("检查点缺失或签名无效", "The checkpoint is missing or its signature does not verify"),
    "older": Text("与较早的检查点不一致", "It does not agree with the older checkpoint"),
    "bundle": Text("条目包缺失或无法读取", "The bundle is missing or cannot be read"),
    "tile": Text("切片缺失或与条目不符", "The tile is missing or does not match the entries"),
    "leaf": Text("不是规范的操作记录", "It is not a canonical handling record"),
    "ended": Text("移交之后还有记录，或移交记录有误", "There are records after the hand-over, or it names no log"),
    "link": Text("日志不是由前一日志的最后检查点开始", "It does not begin with the last checkpoint of the log before"),
    "key": Text("登记的公钥与所存的公钥文件不符", "The key entered for it is not the one in its file"),
    "chain": Text("节点记录不连续", "The node's records do not follow one another"),
    "root": Text("条目与签名的根哈希不符", "The entries do not hash to the signed root"),
    "beyond": Text("日志在检查点之外还有内容", "The log holds more than its checkpoint covers"),
}


def verify_log(
    source: LogSource, verifiers: Sequence[Verifier], *, older: Checkpoint | None = None, still: bool = True,
    chains: Mapping[ChainKey, Chain] | None = None, whole: bool = True,
) -> Report:  # fmt: skip
    """Return what verifies and what does not; never raises for anything the source returns.

    ``verifiers`` hold the log's key (its name is the origin) and, if wished, those of witnesses. ``older`` is a
    checkpoint kept from before: the log has to extend it. ``still`` says that nobody writes meanwhile; then whatever
    lies beyond the checkpoint is a fault too, such as a checkpoint that was put back to an earlier one. ``chains`` say
    where the nodes' records stood at the end of the log before; without them a log that follows another is verified
    alone, and the first record of each node there is taken as it comes; so it is, of nodes that ``chains`` do not
    name, unless ``chains`` are those of the ``whole`` past.
    """
    try:
        checkpoint, _ = open_checkpoint(source.checkpoint() or b"", verifiers)
    except ShouzeError:
        return Report(0, b"", (Fault("checkpoint", FAULTS["checkpoint"], "checkpoint"),))
    walk = _Walk(source, checkpoint, older, chains=dict(chains or {}), alone=chains is None or not whole)
    walk.run()
    if still:
        walk.look_beyond()
    return Report(
        checkpoint.size, checkpoint.root, tuple(walk.faults), walk.before, walk.joined, walk.after, walk.chains
    )


@dataclass(slots=True)
class _Walk:
    """One pass over a log; ``rows`` are the hashes, by level, whose tile is not yet complete."""

    source: LogSource
    checkpoint: Checkpoint
    older: Checkpoint | None
    faults: list[Fault] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    rows: defaultdict[int, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    chains: dict[ChainKey, Chain] = field(default_factory=dict)
    alone: bool = True
    before: Checkpoint | None = None
    joined: int = 0
    after: Verifier | None = None

    def run(self) -> None:
        size = self.checkpoint.size
        self.compare_older_head()
        for start in range(0, size, FULL):
            place = Tile(0, start // FULL, min(FULL, size - start))
            hashes = self.leaf_hashes(place)
            if hashes is None:
                return
            self.compare_older(hashes)
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
        if self.after is not None:
            self.fault("ended", f"leaf {index}")
        try:
            leaf = parse_leaf(entry)
        except ShouzeError:
            self.fault("leaf", f"leaf {index}")
            return
        self.chains[leaf.node, leaf.boot] = self.advanced(index, leaf, hashed)
        try:
            self.after = next_log(leaf) or self.after
        except ShouzeError:
            self.fault("ended", f"leaf {index}")

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

    def compare_older_head(self) -> None:
        older, checkpoint = self.older, self.checkpoint
        if older is None:
            return
        strange = older.origin != checkpoint.origin or older.size > checkpoint.size
        if strange or (older.size == 0 and older.root != EMPTY_ROOT):
            self.fault("older", "checkpoint")

    def compare_older(self, hashes: list[bytes]) -> None:
        if self.older is None or not 0 < self.older.size - self.frontier.size <= len(hashes):
            return
        if self.frontier.extend(hashes[: self.older.size - self.frontier.size]).root() != self.older.root:
            self.fault("older", "checkpoint")

    def look_beyond(self) -> None:
        n, width = divmod(self.checkpoint.size, FULL)
        for wider in range(width + 1, FULL + 1):
            try:
                self.source.bundle(n, wider)
            except ShouzeError:
                continue
            self.fault("beyond", bundle_path(n, wider))
            return

    def fault(self, code: str, where: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(code, FAULTS[code], where))
