"""Make and verify inclusion and consistency proofs (RFC 9162, section 2.1).

The verifying functions answer True or False and never raise, whatever they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.ledger.tile import FULL, Tile, decode_tile
from shouze.ledger.tree import (
    EMPTY_ROOT,
    HASH_SIZE,
    Range,
    consistency_ranges,
    fold,
    inclusion_ranges,
    node_hash,
    root_of,
)


class HashReader(Protocol):
    """Whatever knows the hashes of a tree's perfect subtrees."""

    def hash_at(self, level: int, index: int) -> bytes:
        """Return the hash over leaves ``index * 2^level`` up to ``(index + 1) * 2^level``."""
        ...


class TileHashes:
    """Reads subtree hashes out of tiles; ``read`` returns the bytes of one tile of the tree of ``size`` leaves.

    Tiles are kept as long as the object lives: make one per proof. InvalidError for a tile of the wrong length.
    """

    def __init__(self, size: int, read: Callable[[Tile], bytes]) -> None:
        self._size = size
        self._read = read
        self._tiles: dict[Tile, list[bytes]] = {}

    def hash_at(self, level: int, index: int) -> bytes:
        """Return the hash over leaves ``index * 2^level`` up to ``(index + 1) * 2^level``."""
        if index < 0 or (index + 1) << level > self._size:
            raise InvalidError(Text("子树不在树内", "The subtree lies outside the tree"), field="index")
        tile_level, height = divmod(level, 8)
        n, first = divmod(index << height, FULL)
        width = min(FULL, (self._size >> 8 * tile_level) - n * FULL)
        return root_of(self._row(Tile(tile_level, n, width))[first : first + (1 << height)])

    def _row(self, tile: Tile) -> list[bytes]:
        if tile not in self._tiles:
            self._tiles[tile] = decode_tile(self._read(tile), tile.width)
        return self._tiles[tile]


def prove_inclusion(index: int, size: int, reader: HashReader) -> list[bytes]:
    """Return the inclusion proof of leaf ``index`` in the tree of ``size`` leaves; InvalidError when it has no such."""
    return [_range_hash(span, reader) for span in inclusion_ranges(index, size)]


def prove_consistency(old: int, size: int, reader: HashReader) -> list[bytes]:
    """Return the proof that the tree of ``old`` leaves (1 or more) is a prefix of that of ``size``."""
    return [_range_hash(span, reader) for span in consistency_ranges(old, size)]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether the 32-byte leaf hash is leaf ``index`` of the tree of that size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _all_hashes([leaf, *proof]):
        return False
    low, last, node = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if low & 1 or low == last:
            node = node_hash(part, node)
            low, last = _risen(low, last)
        else:
            node = node_hash(node, part)
        low, last = low >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether the tree of size and root has the old tree as its prefix (RFC 9162, 2.1.4.2).

    Of an old size 0 nothing can be shown: False, unless both are empty and equal. A witness that begins to follow a
    log treats that case itself.
    """
    if old == size:
        return not proof and old_root == root and (old > 0 or (old == 0 and root == EMPTY_ROOT))
    if not 0 < old < size or not proof or not _all_hashes(proof):
        return False
    power_of_two = old & (old - 1) == 0
    first, rest = (old_root, proof) if power_of_two else (proof[0], proof[1:])
    return _climb(old, size, first, rest) == (old_root, root)


def _climb(old: int, size: int, first: bytes, rest: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    trailing = (~(old - 1) & old).bit_length() - 1
    low, last = old - 1 >> trailing, size - 1 >> trailing
    old_node = node = first
    for part in rest:
        if last == 0:
            return None
        if low & 1 or low == last:
            old_node, node = node_hash(part, old_node), node_hash(part, node)
            low, last = _risen(low, last)
        else:
            node = node_hash(node, part)
        low, last = low >> 1, last >> 1
    return (old_node, node) if last == 0 else None


def _risen(low: int, last: int) -> tuple[int, int]:
    while not low & 1 and low:
        low, last = low >> 1, last >> 1
    return low, last


def _range_hash(span: Range, reader: HashReader) -> bytes:
    low, high = span
    parts = []
    while low < high:
        level = (high - low).bit_length() - 1
        parts.append(reader.hash_at(level, low >> level))
        low += 1 << level
    return fold(parts)


def _all_hashes(hashes: Sequence[bytes]) -> bool:
    return all(len(part) == HASH_SIZE for part in hashes)
