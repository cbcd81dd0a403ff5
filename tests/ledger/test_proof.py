"""Proofs against the published vectors, the definition, and people who alter them."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.ledger.integrate import Edge, integrate
from shouze.ledger.proof import (
    TileHashes,
    prove_consistency,
    prove_inclusion,
    verify_consistency,
    verify_inclusion,
)
from shouze.ledger.tile import Tile
from shouze.ledger.tree import EMPTY_ROOT, Frontier, consistency_path, inclusion_path, leaf_hash, node_hash, root_of
from tests.ledger.building import MemoryLog, built

HASHES = [leaf_hash(str(index).encode()) for index in range(600)]


def _cases(folder: Path) -> list[dict[str, Any]]:
    found = sorted(folder.rglob("*.json"))
    assert len(found) == 98
    return [json.loads(path.read_text()) for path in found]


def _raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_every_published_inclusion_proof_gets_its_verdict(vectors: Path) -> None:
    for case in _cases(vectors / "merkle" / "testdata" / "inclusion"):
        proof = [_raw(part) for part in case["proof"] or []]
        verdict = verify_inclusion(case["leafIdx"], case["treeSize"], _raw(case["leafHash"]), proof, _raw(case["root"]))
        assert verdict is not case["wantErr"], case["desc"]


def test_every_published_consistency_proof_gets_its_verdict(vectors: Path) -> None:
    for case in _cases(vectors / "merkle" / "testdata" / "consistency"):
        proof = [_raw(part) for part in case["proof"] or []]
        verdict = verify_consistency(case["size1"], case["size2"], _raw(case["root1"]), _raw(case["root2"]), proof)
        assert verdict is not case["wantErr"], case["desc"]


def test_all_proofs_of_small_trees_verify() -> None:
    for size in range(1, 50):
        hashes, root = HASHES[:size], root_of(HASHES[:size])
        for index in range(size):
            assert verify_inclusion(index, size, hashes[index], inclusion_path(index, hashes), root)
            old = index + 1
            assert verify_consistency(old, size, root_of(hashes[:old]), root, consistency_path(old, hashes))


def _mutations(proof: list[bytes], data: st.DataObject) -> list[bytes]:
    kind = data.draw(st.sampled_from(["drop", "add", "swap", "flip", "cut"]))
    changed, at = list(proof), data.draw(st.integers(0, max(len(proof) - 1, 0)))
    if kind == "add" or not changed:
        changed.insert(at, data.draw(st.binary(min_size=32, max_size=32)))
    elif kind == "drop":
        del changed[at]
    elif kind == "swap":
        changed = changed[::-1] if len(changed) > 1 else []
    elif kind == "flip":
        bit = data.draw(st.integers(0, 255))
        changed[at] = (int.from_bytes(changed[at], "big") ^ 1 << bit).to_bytes(32, "big")
    else:
        changed[at] = changed[at][:-1]
    return changed


@given(st.integers(1, 600), st.data())
def test_an_altered_inclusion_proof_fails(size: int, data: st.DataObject) -> None:
    hashes, index = HASHES[:size], data.draw(st.integers(0, size - 1))
    proof, root = inclusion_path(index, hashes), root_of(hashes)
    assert verify_inclusion(index, size, hashes[index], proof, root)
    assert not verify_inclusion(index, size, hashes[index], _mutations(proof, data), root)
    wrong = data.draw(st.integers(0, size + 1))
    assert wrong == index or not verify_inclusion(wrong, size, hashes[index], proof, root)


@given(st.integers(1, 600), st.data())
def test_an_altered_consistency_proof_fails(size: int, data: st.DataObject) -> None:
    hashes, old = HASHES[:size], data.draw(st.integers(1, size))
    proof, old_root, root = consistency_path(old, hashes), root_of(hashes[:old]), root_of(hashes)
    assert verify_consistency(old, size, old_root, root, proof)
    assert not verify_consistency(old, size, old_root, root, _mutations(proof, data))
    assert old == size or not verify_consistency(old, size, root, old_root, proof)


@given(
    st.integers(-2, 1 << 64),
    st.integers(-2, 1 << 64),
    st.binary(max_size=40),
    st.lists(st.binary(max_size=40), max_size=70),
)
def test_verifying_never_raises(one: int, two: int, raw: bytes, proof: list[bytes]) -> None:
    assert verify_inclusion(one, two, raw, proof, raw) in {True, False}
    assert verify_consistency(one, two, raw, raw, proof) in {True, False}


@pytest.mark.parametrize("height", [1, 3])
def test_a_leaf_of_a_larger_tree_is_none_of_a_smaller_one_with_its_root(height: int) -> None:
    """The last leaf's whole path goes up on one side, as that of a tree of one leaf would if it were longer."""
    hashes = HASHES[: 1 << height]
    path, root = inclusion_path(len(hashes) - 1, hashes), root_of(hashes)
    assert verify_inclusion(len(hashes) - 1, len(hashes), hashes[-1], path, root)
    assert not verify_inclusion(0, 1, hashes[-1], path, root)


def test_a_consistency_proof_that_goes_on_above_its_trees_shows_nothing() -> None:
    path, above = consistency_path(3, HASHES[:4]), HASHES[9]
    old, new = root_of(HASHES[:3]), root_of(HASHES[:4])
    assert verify_consistency(3, 4, old, new, path)
    assert not verify_consistency(3, 4, node_hash(above, old), node_hash(above, new), [*path, above])


def test_a_leaf_hash_of_another_length_is_refused() -> None:
    assert not verify_inclusion(0, 1, b"", [], b"")


def test_nothing_is_consistent_with_an_old_size_of_zero_but_itself() -> None:
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not verify_consistency(0, 0, HASHES[0], HASHES[0], [])
    assert not verify_consistency(0, 1, EMPTY_ROOT, HASHES[0], [])


@pytest.fixture(scope="module")
def large() -> tuple[list[bytes], MemoryLog]:
    entries = [b"%d" % index for index in range(66_000)]
    return [leaf_hash(entry) for entry in entries], built(entries)


def _reader(size: int, log: MemoryLog) -> TileHashes:
    return TileHashes(size, lambda place: log.tiles[place])


@settings(max_examples=25)
@given(st.data())
def test_proofs_made_from_tiles_verify(large: tuple[list[bytes], MemoryLog], data: st.DataObject) -> None:
    hashes, log = large
    size = len(hashes)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, old_root = root_of(hashes), Frontier().extend(hashes[:old]).root()
    reader = _reader(size, log)
    assert verify_inclusion(index, size, hashes[index], prove_inclusion(index, size, reader), root)
    assert verify_consistency(old, size, old_root, root, prove_consistency(old, size, reader))


def test_proofs_made_from_tiles_equal_those_made_from_leaves() -> None:
    for size in (1, 2, 255, 256, 257, 511, 600):
        made = integrate(Frontier(), Edge(), [str(index).encode() for index in range(size)])
        tiles = {Tile(level, n, width): body for (level, n), (width, body) in made.tiles.items()}
        for index in range(0, size, 37):
            reader = TileHashes(size, tiles.__getitem__)
            assert prove_inclusion(index, size, reader) == inclusion_path(index, HASHES[:size])
            assert prove_consistency(index + 1, size, reader) == consistency_path(index + 1, HASHES[:size])


def test_a_subtree_outside_the_tree_is_refused(large: tuple[list[bytes], MemoryLog]) -> None:
    with pytest.raises(InvalidError):
        _reader(len(large[0]), large[1]).hash_at(0, len(large[0]))


def test_a_tile_of_the_wrong_length_makes_no_proof() -> None:
    with pytest.raises(InvalidError):
        prove_inclusion(0, 2, TileHashes(2, lambda place: b"short"))
