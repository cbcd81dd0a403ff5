"""Hash leaves into the Merkle tree of RFC 6962, section 2.1.

A proof is first a list of leaf ranges (pure arithmetic on sizes), then the hashes of those ranges. One definition
thereby serves proofs made from leaf hashes in memory and proofs made from tiles (``shouze.ledger.proof``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from shouze.errors import InvalidError
from shouze.language import Text

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

Range = tuple[int, int]
"""Leaves from the first number up to, not including, the second."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte hash of one leaf: SHA-256(0x00 || entry)."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Return the hashes of many leaves, in their order."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes; a node without a sibling moves up unchanged, which equals MTH(D[n])."""
    if not leaf_hashes:
        return EMPTY_ROOT
    level = list(leaf_hashes)
    while len(level) > 1:
        odd = level[len(level) & ~1 :]
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        level += odd
    return level[0]


@dataclass(frozen=True, slots=True)
class Frontier:
    """The compact range [0, size): one hash per set bit of the size, largest perfect subtree first.

    It is all that a log has to remember to grow. Raises InvalidError when the number of hashes is not the number of
    set bits or a hash is not 32 bytes long.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        fits = self.size >= 0 and len(self.hashes) == self.size.bit_count()
        if not fits or any(len(part) != HASH_SIZE for part in self.hashes):
            raise InvalidError(Text("前沿哈希与树的大小不符", "The hashes do not fit the size"), field="frontier")

    def append(self, hashed: bytes) -> Frontier:
        """Return the frontier after one more leaf hash."""
        return self.extend((hashed,))

    def extend(self, leaf_hashes: Iterable[bytes]) -> Frontier:
        """Return the frontier after more leaf hashes, in order."""
        return self.grow(leaf_hashes)[0]

    def grow(self, leaf_hashes: Iterable[bytes]) -> tuple[Frontier, list[list[bytes]]]:
        """Return the frontier after more leaf hashes, and all perfect subtrees made by them: a row for each height."""
        older, rows, pending = list(self.hashes), list[list[bytes]](), list[bytes]()
        row, before = list(leaf_hashes), self.size
        size = before + len(row)
        while row:
            rows.append(row)
            pairs = [older.pop(), *row] if before & 1 else row
            if len(pairs) & 1:
                pending.append(pairs[-1])
            left = iter(pairs)
            # The last one of an odd number finds no other, and waits.
            row = [sha256(b"\x01" + one + other).digest() for one, other in zip(left, left, strict=False)]
            before >>= 1
        return Frontier(size, (*older, *reversed(pending))), rows

    def root(self) -> bytes:
        """Return the root of the tree of this size."""
        return fold(self.hashes) if self.hashes else EMPTY_ROOT

    def part(self, tile_level: int) -> tuple[bytes, ...]:
        """Return the hashes that lie inside the partial tile of that level (bits 8 * level to 8 * level + 7)."""
        above = (self.size >> 8 * (tile_level + 1)).bit_count()
        return self.hashes[above : above + (self.size >> 8 * tile_level & 0xFF).bit_count()]

    def to_bytes(self) -> bytes:
        """Return the stored form: uint64 big-endian size, then the hashes."""
        return self.size.to_bytes(8, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Frontier:
        """Read the stored form; InvalidError when it is not exactly one."""
        body = stored[8:]
        if len(stored) < 8 or len(body) % HASH_SIZE:
            raise InvalidError(Text("前沿长度不正确", "The length is wrong"), field="frontier")
        size = int.from_bytes(stored[:8], "big")
        return cls(size, tuple(body[at : at + HASH_SIZE] for at in range(0, len(body), HASH_SIZE)))


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over perfect subtrees given largest first; at least one."""
    node = hashes[-1]
    for left in reversed(hashes[:-1]):
        node = node_hash(left, node)
    return node


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the leaf ranges whose hashes are PATH(index, D[size]), the leaf's sibling first (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise InvalidError(Text("序号不在树内", "The index lies outside the tree"), field="index")
    ranges: list[Range] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _left_size(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return ranges[::-1]


def consistency_ranges(old: int, size: int) -> list[Range]:
    """Return the leaf ranges whose hashes are PROOF(old, D[size]) (RFC 6962, 2.1.2); old has to be at least 1."""
    if not 1 <= old <= size:
        raise InvalidError(Text("旧的大小应在一与新大小之间", "The old size lies outside 1 to the size"), field="size")
    ranges: list[Range] = []
    low, high = 0, size
    while old != high:
        middle = low + _left_size(high - low)
        if old <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    if low > 0:
        ranges.append((low, high))
    return ranges[::-1]


def inclusion_path(index: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """Return the inclusion proof of the leaf at ``index`` in the tree of all the given leaf hashes."""
    return [root_of(leaf_hashes[low:high]) for low, high in inclusion_ranges(index, len(leaf_hashes))]


def consistency_path(old: int, leaf_hashes: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the tree of the first ``old`` leaf hashes is a prefix of the tree of all of them."""
    return [root_of(leaf_hashes[low:high]) for low, high in consistency_ranges(old, len(leaf_hashes))]


def _left_size(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1
