"""Grow the tree by a batch: the pure heart of the sequencer.

``integrate`` returns only what a batch touches. ``recompute`` repeats the work from what was read back out of
storage and takes a second way to the root, so that a bit that flipped on the way is found before it is signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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


def integrate(frontier: Frontier, edge: Edge, entries: Sequence[bytes]) -> Integration:
    """Append the entries, in order, to the log of this frontier and right edge.

    TamperedError when the edge is not that of the frontier; InvalidError for an entry over 65,535 bytes.
    """
    size = frontier.size + len(entries)
    bundles = _grow_bundles(frontier.size, edge.bundle, entries)
    if entries:
        _check_bundle(frontier, edge)
    tiles, parts, level = Tiles(), [], 0
    hashes = leaf_hashes(entries)
    while hashes:
        grown, carried = _grow_level(level, frontier, edge, hashes)
        tiles.update(grown)
        parts.append(_part_of(grown, level, size))
        hashes, level = carried, level + 1
    untouched = frontier.hashes[: (frontier.size >> 8 * level).bit_count()]
    after = Frontier(size, sum(reversed(parts), untouched))
    return Integration(after, after.root(), _edge_after(size, edge, bundles, tiles), bundles, tiles)


def recompute(frontier: Frontier, size: int, bundles: Bundles, tiles: Tiles) -> bytes:
    """Return the root at ``size`` from the old frontier and the touched bundles and tiles as read back.

    Every leaf is hashed again, every tile is built again and compared, and the root is reached both through the
    tiles and hash by hash. TamperedError on any difference, a missing piece or a piece too many.
    """
    try:
        edge, entries = _taken_apart(frontier.size, size, bundles, tiles)
        again = integrate(frontier, edge, entries)
    except InvalidError:
        raise _unlike() from None
    root = frontier.extend(_hashes_since(frontier.size, again.tiles)).root()
    if (again.bundles, again.tiles, again.root) != (bundles, tiles, root) or again.frontier.size != size:
        raise _unlike()
    return root


def _grow_bundles(start: int, partial: bytes, entries: Sequence[bytes]) -> Bundles:
    bundles: Bundles = {}
    at = 0
    while at < len(entries):
        n, kept = divmod(start + at, FULL)
        batch = entries[at : at + FULL - kept]
        bundles[n] = (kept + len(batch), (partial if kept else b"") + encode_bundle(batch))
        at += len(batch)
    return bundles


def _check_bundle(frontier: Frontier, edge: Edge) -> None:
    width = partial_width(0, frontier.size)
    try:
        hashes = leaf_hashes(decode_bundle(edge.bundle, width))
    except InvalidError:
        raise _unlike() from None
    if Frontier().extend(hashes).hashes != frontier.part(0):
        raise _unlike()


def _grow_level(level: int, frontier: Frontier, edge: Edge, hashes: list[bytes]) -> tuple[Tiles, list[bytes]]:
    start = frontier.size >> 8 * level
    # Invariant: nothing is built on a right edge that does not hash to the frontier.
    try:
        row = decode_tile(edge.tiles.get(level, b""), start % FULL)
    except InvalidError:
        raise _unlike() from None
    if Frontier().extend(row).hashes != frontier.part(level):
        raise _unlike()
    row += hashes
    pieces = {start // FULL + at // FULL: row[at : at + FULL] for at in range(0, len(row), FULL)}
    tiles = {(level, n): (len(piece), b"".join(piece)) for n, piece in pieces.items()}
    return tiles, [root_of(piece) for piece in pieces.values() if len(piece) == FULL]


def _part_of(tiles: Tiles, level: int, size: int) -> tuple[bytes, ...]:
    width, body = tiles.get((level, size >> 8 * (level + 1)), (0, b""))
    return Frontier().extend(decode_tile(body, width)).hashes


def _edge_after(size: int, edge: Edge, bundles: Bundles, tiles: Tiles) -> Edge:
    kept = {level: body for level, body in edge.tiles.items() if partial_width(level, size)}
    kept |= {level: body for (level, _), (width, body) in tiles.items() if width < FULL}
    _, bundle = bundles.get(size // FULL, (0, edge.bundle if partial_width(0, size) else b""))
    return Edge(bundle, kept)


def _taken_apart(old: int, size: int, bundles: Bundles, tiles: Tiles) -> tuple[Edge, list[bytes]]:
    places = {(place.level, place.n): place.width for place in touched(old, size)}
    numbers = {n: width for (level, n), width in places.items() if level == 0}
    if {n: width for n, (width, _) in bundles.items()} != numbers:
        raise _unlike()
    if {at: width for at, (width, _) in tiles.items()} != places:
        raise _unlike()
    entries = [entry for n in sorted(bundles) for entry in decode_bundle(bundles[n][1], bundles[n][0])]
    kept = partial_width(0, old)
    edges = {
        level: tiles[level, old >> 8 * (level + 1)][1][: partial_width(level, old) * HASH_SIZE]
        for level in {level for level, _ in places}
        if partial_width(level, old)
    }
    return Edge(encode_bundle(entries[:kept]), edges), entries[kept:]


def _hashes_since(size: int, tiles: Tiles) -> Iterator[bytes]:
    """Yield the leaf hashes from an index on, out of the touched tiles."""
    row = b"".join(body for (level, _), (_, body) in sorted(tiles.items()) if level == 0)
    return (row[at : at + HASH_SIZE] for at in range(size % FULL * HASH_SIZE, len(row), HASH_SIZE))


def _unlike() -> TamperedError:
    words = Text("条目包、切片与前沿不一致", "Bundles, tiles and frontier do not belong together")
    return TamperedError(words, field="log.edge")
