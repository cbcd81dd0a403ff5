"""Growing the tree in batches, and reading back what was written."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouze.errors import InvalidError, TamperedError
from shouze.ledger.integrate import Bundles, Edge, Integration, Tiles, append, integrate, pack, recompute
from shouze.ledger.tile import partial_width, touched
from shouze.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash, root_of

ENTRIES = [b"%d" % index for index in range(65_537)]
HASHES = [leaf_hash(entry) for entry in ENTRIES]


def _grown(sizes: Sequence[int]) -> tuple[Integration, Bundles, Tiles]:
    """Integrate up to each size in turn; return the last step and everything that storage then holds."""
    made = integrate(Frontier(), Edge(), [])
    bundles, tiles = Bundles(), Tiles()
    for size in sizes:
        made = integrate(made.frontier, made.edge, ENTRIES[made.frontier.size : size])
        bundles |= made.bundles
        tiles |= made.tiles
    return made, bundles, tiles


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65535, 65536, 65537])
def test_one_batch_has_the_root_and_the_tiles_of_the_definition(size: int) -> None:
    made, _, tiles = _grown([size])
    assert made.root == root_of(HASHES[:size])
    assert sorted((level, n, width) for (level, n), (width, _) in tiles.items()) == sorted(touched(0, size))
    assert b"".join(tiles[0, n][1] for n in range((size + 255) // 256)) == b"".join(HASHES[:size])
    assert sorted(made.edge.tiles) == [level for level in range(4) if partial_width(level, size)]
    for (level, n), (width, body) in tiles.items():
        if level:
            span = 256**level
            starts = range(n * 256 * span, (n * 256 + width) * span, span)
            assert body == b"".join(root_of(HASHES[start : start + span]) for start in starts)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 1500), max_size=12))
def test_any_batches_make_the_same_log_as_one(sizes: list[int]) -> None:
    steps = sorted(sizes)
    made, bundles, tiles = _grown(steps)
    whole, all_bundles, all_tiles = _grown(steps[-1:])
    assert (made.root, made.frontier, made.edge) == (whole.root, whole.frontier, whole.edge)
    assert (bundles, tiles) == (all_bundles, all_tiles)


def test_batches_across_the_edge_of_a_level_make_the_same_log_as_one() -> None:
    made, bundles, tiles = _grown([65_000, 65_535, 65_536, 65_537])
    assert (made.root, bundles, tiles) == (root_of(HASHES), *_grown([65_537])[1:])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 600), st.integers(1, 900), st.lists(st.integers(0, 4000), max_size=8))
def test_entries_packed_in_any_pieces_grow_the_log_as_in_one(before: int, count: int, cuts: list[int]) -> None:
    older, more = _grown([before])[0], pack(ENTRIES[before : before + count])
    [body] = more.pieces
    ends = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    pieces = [body[start:end] for start, end in itertools.pairwise(ends)]
    whole = append(older.frontier, older.edge, more)
    assert append(older.frontier, older.edge, more._replace(pieces=pieces)) == whole
    assert b"".join(body for _, body in whole.bundles.values()) == older.edge.bundle + body


def test_an_empty_batch_changes_nothing() -> None:
    before = _grown([300])[0]
    after = integrate(before.frontier, before.edge, [])
    assert (after.frontier, after.edge, after.bundles, after.tiles) == (before.frontier, before.edge, {}, {})
    assert integrate(Frontier(), Edge(), []).root == EMPTY_ROOT


def test_an_entry_that_is_too_long_is_refused() -> None:
    with pytest.raises(InvalidError):
        integrate(Frontier(), Edge(), [b"x" * 65_536])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1200), st.integers(1, 600))
def test_reading_back_reaches_the_same_root(old: int, more: int) -> None:
    before = _grown([old])[0]
    made = integrate(before.frontier, before.edge, ENTRIES[old : old + more])
    assert recompute(before.frontier, old + more, made.bundles, made.tiles) == made.root


def _flip(rows: dict[Any, tuple[int, bytes]], key: Any, bit: int) -> dict[Any, tuple[int, bytes]]:
    width, body = rows[key]
    changed = (int.from_bytes(body, "big") ^ 1 << bit % (8 * len(body))).to_bytes(len(body), "big")
    return rows | {key: (width, changed)}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([0, 100, 256, 300]), st.data())
def test_any_flipped_bit_in_what_was_read_back_is_found(old: int, data: st.DataObject) -> None:
    before = _grown([old])[0]
    made = integrate(before.frontier, before.edge, ENTRIES[old:700])
    bit = data.draw(st.integers(0, 1 << 20))
    bundles, tiles = made.bundles, made.tiles
    if data.draw(st.booleans()):
        bundles = _flip(bundles, data.draw(st.sampled_from(sorted(bundles))), bit)
    else:
        tiles = _flip(tiles, data.draw(st.sampled_from(sorted(tiles))), bit)
    with pytest.raises(TamperedError):
        recompute(before.frontier, 700, bundles, tiles)


@pytest.mark.parametrize(
    "change",
    [lambda bundles, tiles: bundles.pop(1), lambda bundles, tiles: tiles.pop((1, 0)),
     lambda bundles, tiles: bundles.update({9: (1, b"\0\0")}),
     lambda bundles, tiles: tiles.update({(3, 0): (1, b"x" * 32)}),
     lambda bundles, tiles: bundles.update({2: (187, bundles[2][1])})],
)  # fmt: skip
def test_a_piece_missing_added_or_of_another_width_is_found(change: Callable[[Bundles, Tiles], object]) -> None:
    before = _grown([300])[0]
    made = integrate(before.frontier, before.edge, ENTRIES[300:700])
    change(made.bundles, made.tiles)
    with pytest.raises(TamperedError):
        recompute(before.frontier, 700, made.bundles, made.tiles)


def test_reading_back_under_another_size_or_frontier_is_found() -> None:
    before = _grown([300])[0]
    made = integrate(before.frontier, before.edge, ENTRIES[300:700])
    other = Frontier().extend([leaf_hash(b"other"), *HASHES[1:300]])
    for frontier, size in ((before.frontier, 699), (before.frontier, 299), (other, 700), (Frontier(), 700)):
        with pytest.raises(TamperedError):
            recompute(frontier, size, made.bundles, made.tiles)


@pytest.mark.parametrize(
    "edge",
    [lambda edge: Edge(), lambda edge: Edge(edge.bundle, {}), lambda edge: Edge(edge.bundle[:-1], edge.tiles),
     lambda edge: Edge(b"\0\1y" + edge.bundle[3:], edge.tiles),
     lambda edge: Edge(edge.bundle, {0: b"y" + edge.tiles[0][1:]}),
     lambda edge: Edge(edge.bundle, {0: edge.tiles[0][32:]})],
)  # fmt: skip
def test_nothing_is_built_on_an_edge_that_does_not_hash_to_the_frontier(edge: Callable[[Edge], Edge]) -> None:
    before = _grown([300])[0]
    with pytest.raises(TamperedError):
        integrate(before.frontier, edge(before.edge), [b"next"])


def test_a_torn_tile_above_is_found_before_it_is_built_on() -> None:
    before = _grown([511])[0]
    edge = Edge(before.edge.bundle, {**before.edge.tiles, 1: b"z" * 32})
    with pytest.raises(TamperedError):
        integrate(before.frontier, edge, [b"next"])
