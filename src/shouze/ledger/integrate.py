"""Grow the tree by a batch: the pure heart of the sequencer.

``append`` returns only what a batch touches. ``recompute`` repeats the work from what was read back out of storage and
takes a second way to tiles and root, so that a bit that flipped on the way is found before it is signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.tile import FULL, decode_bundle, decode_tile, encode_bundle, partial_width, touched
from shouze.ledger.tree import HASH_SIZE, Frontier, leaf_hashes, root_of

Bundles = dict[int, tuple[int, bytes]]
"""Number of the bundle: its width and bytes."""
Tiles = dict[tuple[int, int], tuple[int, bytes]]
"""Level and number of the tile: its width and bytes."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The unfinished right edge: the bytes of the partial bundle and, by level, of the partial tiles."""

    bundle: bytes = b""
    tiles: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Integration:
    """What a batch made: the new frontier, root and edge, and the bundles and tiles that it touched."""

    frontier: Frontier
    root: bytes
    edge: Edge
    bundles: Bundles
    tiles: Tiles


class Packed(NamedTuple):
    """Entries, their leaf hashes, and the entries packed as in bundles, in pieces of any length."""

    entries: Sequence[bytes]
    hashes: Sequence[bytes]
    pieces: Sequence[bytes]


def pack(entries: Sequence[bytes]) -> Packed:
    """Hash and pack the entries; InvalidError for one over 65,535 bytes."""
    return Packed(entries, leaf_hashes(entries), [encode_bundle(entries)])


def integrate(frontier: Frontier, edge: Edge, entries: Sequence[bytes]) -> Integration:
    """Append the entries, in order, to the log of this frontier and right edge; errors as in ``append``, ``pack``."""
    return append(frontier, edge, pack(entries))


def append(frontier: Frontier, edge: Edge, more: Packed) -> Integration:
    """Append entries, in order, to the log of this frontier and right edge; TamperedError when they do not fit."""
    bundles = _grow_bundles(frontier.size, edge.bundle, more)
    if more.entries:
        _check_bundle(frontier, edge)
    after, rows = frontier.grow(more.hashes)
    tiles = Tiles()
    for level, row in enumerate(rows[::8]):
        kept = _kept(level, frontier, edge.tiles.get(level, b""), (frontier.size >> 8 * level) % FULL)
        tiles.update(_cut(level, frontier.size, [*kept, *row]))
    return Integration(after, after.root(), _edge_after(after.size, edge, bundles, tiles), bundles, tiles)


def recompute(frontier: Frontier, size: int, bundles: Bundles, tiles: Tiles) -> bytes:
    """Return the root at ``size`` from the old frontier and the touched bundles and tiles as read back.

    Every leaf is hashed again, every tile is built again and compared. The root is reached here tile by tile, and by
    ``append`` height by height: two ways to what is compared before it is signed. TamperedError on any difference, a
    missing piece or a piece too many.
    """
    _check_places(frontier.size, size, bundles, tiles)
    try:
        row = [hashed for n in sorted(bundles) for hashed in leaf_hashes(decode_bundle(bundles[n][1], bundles[n][0]))]
    except InvalidError:
        raise _unlike() from None
    parts, level = [], 0
    while level in {place[0] for place in tiles}:
        kept = (frontier.size >> 8 * level) % FULL
        at = level, frontier.size >> 8 * (level + 1)
        older = _kept(level, frontier, tiles[at][1][: kept * HASH_SIZE] if kept else b"", kept)
        row = row if level == 0 else older + row
        again = _cut(level, frontier.size, row)
        if any(tiles.get(place) != tile for place, tile in again.items()):
            raise _unlike()
        pieces = [row[at : at + FULL] for at in range(0, len(row), FULL)]
        parts.append(Frontier().extend(pieces.pop()).hashes if len(row) % FULL else ())
        row, level = list(map(root_of, pieces)), level + 1
    untouched = frontier.hashes[: (frontier.size >> 8 * level).bit_count()]
    return Frontier(size, sum(reversed(parts), untouched)).root()


def _grow_bundles(start: int, partial: bytes, more: Packed) -> Bundles:
    if not more.entries:
        return {}
    kept = start % FULL
    cuts = [more.entries[max(0, at) : at + FULL] for at in range(-kept, len(more.entries), FULL)]
    packed = _next_bytes(more.pieces, [2 * len(cut) + sum(map(len, cut)) for cut in cuts])
    bundles: Bundles = {}
    for n, (cut, pieces) in enumerate(zip(cuts, packed, strict=True), start // FULL):
        bundles[n] = (kept + len(cut), b"".join((partial, *pieces) if kept else pieces))
        kept = 0
    return bundles


def _next_bytes(pieces: Iterable[bytes], lengths: Iterable[int]) -> Iterator[list[bytes]]:
    """Yield for each length the next so many bytes, in pieces: a round's tens of megabytes are nowhere joined."""
    left, piece = iter(pieces), b""
    for length in lengths:
        taken, missing = [], length
        while missing > len(piece):
            taken.append(piece)
            missing -= len(piece)
            piece = next(left)
        taken.append(piece[:missing])
        piece = piece[missing:]
        yield taken


def _check_bundle(frontier: Frontier, edge: Edge) -> None:
    width = partial_width(0, frontier.size)
    try:
        hashes = leaf_hashes(decode_bundle(edge.bundle, width))
    except InvalidError:
        raise _unlike() from None
    if Frontier().extend(hashes).hashes != frontier.part(0):
        raise _unlike()


def _kept(level: int, frontier: Frontier, body: bytes, width: int) -> list[bytes]:
    """Return the hashes of a partial tile of the right edge; TamperedError unless the frontier is made of them."""
    # Invariant: nothing is built on a right edge that does not hash to the frontier.
    try:
        row = decode_tile(body, width)
    except InvalidError:
        raise _unlike() from None
    if Frontier().extend(row).hashes != frontier.part(level):
        raise _unlike()
    return row


def _cut(level: int, size: int, row: Sequence[bytes]) -> Tiles:
    """Return a level's tiles from the one that holds the right edge at that size on."""
    first = size >> 8 * (level + 1)
    pieces = [row[at : at + FULL] for at in range(0, len(row), FULL)]
    return {(level, n): (len(piece), b"".join(piece)) for n, piece in enumerate(pieces, first)}


def _edge_after(size: int, edge: Edge, bundles: Bundles, tiles: Tiles) -> Edge:
    kept = {level: body for level, body in edge.tiles.items() if partial_width(level, size)}
    kept |= {level: body for (level, _), (width, body) in tiles.items() if width < FULL}
    _, bundle = bundles.get(size // FULL, (0, edge.bundle if partial_width(0, size) else b""))
    return Edge(bundle, kept)


def _check_places(old: int, size: int, bundles: Bundles, tiles: Tiles) -> None:
    places = {(place.level, place.n): place.width for place in touched(old, size)}
    numbers = {n: width for (level, n), width in places.items() if level == 0}
    if {n: width for n, (width, _) in bundles.items()} != numbers:
        raise _unlike()
    if {at: width for at, (width, _) in tiles.items()} != places:
        raise _unlike()


def _unlike() -> TamperedError:
    words = Text("条目包、切片与前沿不一致", "Bundles, tiles and frontier do not belong together")
    return TamperedError(words, field="log.edge")
