"""A real log written by Tessera: its checkpoints open, its tiles and roots come out of our own hands too."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.integrate import Edge, integrate, recompute
from shouze.ledger.note import Verifier
from shouze.ledger.proof import TileHashes, prove_consistency, prove_inclusion, verify_consistency, verify_inclusion
from shouze.ledger.tile import bundle_path, decode_bundle, tile_path
from shouze.ledger.tree import Frontier, leaf_hash

KEY = Verifier.from_vkey("example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx")
SIZES = range(16)


@pytest.fixture(scope="module")
def log(vectors: Path) -> Path:
    return vectors / "tessera-log" / "log"


def _checkpoint(log: Path, size: int) -> Checkpoint:
    return open_checkpoint((log / f"checkpoint.{size}").read_bytes(), [KEY])[0]


def _entries(log: Path) -> list[bytes]:
    return decode_bundle((log / bundle_path(0, 15)).read_bytes(), 15)


def test_every_checkpoint_opens_at_its_size(log: Path) -> None:
    assert [_checkpoint(log, size).size for size in SIZES] == list(SIZES)
    assert open_checkpoint((log / "checkpoint").read_bytes(), [KEY])[0] == _checkpoint(log, 15)


def test_growing_leaf_by_leaf_makes_the_same_bundles_tiles_and_roots(log: Path) -> None:
    made = integrate(Frontier(), Edge(), [])
    for size, entry in enumerate(_entries(log), 1):
        before, made = made, integrate(made.frontier, made.edge, [entry])
        assert made.root == _checkpoint(log, size).root
        assert made.bundles == {0: (size, (log / bundle_path(0, size)).read_bytes())}
        assert made.tiles == {(0, 0): (size, (log / tile_path(0, 0, size)).read_bytes())}
        assert recompute(before.frontier, size, made.bundles, made.tiles) == made.root


def test_proofs_made_from_its_tiles_lead_to_its_roots(log: Path) -> None:
    entries, newest = _entries(log), _checkpoint(log, 15)
    reader = TileHashes(15, lambda place: (log / tile_path(*place)).read_bytes())
    for index, entry in enumerate(entries):
        path = prove_inclusion(index, 15, reader)
        assert verify_inclusion(index, 15, leaf_hash(entry), path, newest.root)
        old = _checkpoint(log, index + 1)
        assert verify_consistency(old.size, 15, old.root, newest.root, prove_consistency(old.size, 15, reader))
