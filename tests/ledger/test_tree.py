"""The tree's hashes, against published answers and the definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    consistency_ranges,
    inclusion_path,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    root_of,
)
from tests.ledger.building import naive_consistency, naive_path, naive_root

HASHES = [leaf_hash(str(index).encode()) for index in range(600)]
REFERENCE = [
    bytes.fromhex(part)
    for part in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]


def test_the_empty_tree_and_single_hashes_have_the_published_values() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


def test_the_reference_tree_of_eight_leaves_has_the_published_root() -> None:
    root = root_of([leaf_hash(entry) for entry in REFERENCE])
    assert root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_every_size_has_the_root_of_the_definition_and_of_the_frontier() -> None:
    frontier = Frontier()
    for size in range(300):
        assert root_of(HASHES[:size]) == naive_root(HASHES[:size]) == frontier.root()
        frontier = frontier.append(HASHES[size])


@given(st.integers(1, 600), st.data())
def test_paths_are_those_of_the_definition(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert inclusion_path(index, HASHES[:size]) == naive_path(index, HASHES[:size])
    assert consistency_path(old, HASHES[:size]) == naive_consistency(old, HASHES[:size])


@given(st.lists(st.integers(0, 70), max_size=8))
def test_a_frontier_grown_in_any_batches_is_the_same(batches: list[int]) -> None:
    frontier, size = Frontier(), 0
    for batch in batches:
        frontier = frontier.extend(HASHES[size : size + batch])
        size += batch
    assert frontier == Frontier().extend(HASHES[:size])
    assert Frontier.from_bytes(frontier.to_bytes()) == frontier


def test_a_part_of_the_frontier_is_what_its_partial_tile_holds() -> None:
    size = 3 * 65536 + 5 * 256 + 7
    frontier = Frontier(size, tuple(HASHES[: size.bit_count()]))
    assert [len(frontier.part(level)) for level in range(4)] == [3, 2, 2, 0]
    assert frontier.part(2) + frontier.part(1) + frontier.part(0) == frontier.hashes


@given(st.binary(max_size=120))
def test_a_stored_frontier_is_read_exactly_or_refused(stored: bytes) -> None:
    try:
        assert Frontier.from_bytes(stored).to_bytes() == stored
    except InvalidError:
        return


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_a_leaf_outside_the_tree_has_no_path(index: int, size: int) -> None:
    with pytest.raises(InvalidError):
        inclusion_ranges(index, size)


@pytest.mark.parametrize(("old", "size"), [(0, 0), (0, 3), (4, 3)])
def test_a_size_outside_the_tree_has_no_consistency_proof(old: int, size: int) -> None:
    with pytest.raises(InvalidError):
        consistency_ranges(old, size)


@given(st.integers(0, 70), st.integers(0, 70))
def test_growing_names_every_perfect_subtree_that_comes_with_it(before: int, more: int) -> None:
    hashes = [leaf_hash(b"%d" % number) for number in range(before + more)]
    _, rows = Frontier().extend(hashes[:before]).grow(hashes[before:])
    for height, row in enumerate(rows):
        span = 1 << height
        ends = range(before // span * span + span, before + more + 1, span)
        assert row == [root_of(hashes[end - span : end]) for end in ends]
    assert (before + more >> len(rows)) == (before >> len(rows))
