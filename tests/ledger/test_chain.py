"""A node's records: no gap, no other order."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from msgspec.structs import replace

from shouze.errors import TamperedError
from shouze.ledger.chain import Chain
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.tree import leaf_hash
from tests.ledger.building import BOOT, leaves

RAW = leaves(4)
LEAVES = [(parse_leaf(raw), leaf_hash(raw)) for raw in RAW]


def _followed(steps: list[tuple[Leaf, bytes]]) -> Chain:
    chain = Chain(1, BOOT)
    for leaf, hashed in steps:
        chain = chain.advance(leaf, hashed)
    return chain


def test_a_whole_chain_is_followed_from_its_first_leaf() -> None:
    assert LEAVES[0][0].prev == ""
    assert LEAVES[1][0].prev == base64.b64encode(LEAVES[0][1]).decode()
    assert _followed(LEAVES) == Chain(1, BOOT, 4, LEAVES[3][1])


@pytest.mark.parametrize("order", [[1], [0, 2], [0, 0], [0, 2, 1], [0, 1, 0]])
def test_a_gap_a_repetition_and_another_order_are_found(order: list[int]) -> None:
    with pytest.raises(TamperedError):
        _followed([LEAVES[number] for number in order])


def test_a_leaf_put_in_anothers_place_is_found() -> None:
    other = RAW[1].replace(b"SH-02", b"SH-03")
    with pytest.raises(TamperedError) as caught:
        _followed([LEAVES[0], (parse_leaf(other), leaf_hash(other)), LEAVES[2]])
    assert caught.value.field == "leaf.prev"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"nseq": 4}, "leaf.nseq"), ({"nseq": 2}, "leaf.nseq"), ({"prev": ""}, "leaf.prev"), ({"boot": "b"}, "leaf.boot"),
     ({"node": 2}, "leaf.boot")],
)  # fmt: skip
def test_the_next_leaf_has_the_next_number_and_names_the_one_before(change: dict[str, Any], field: str) -> None:
    """A node that passes a number over, or begins anew in the middle, may have kept a record back."""
    chain, (leaf, hashed) = _followed(LEAVES[:2]), LEAVES[2]
    assert chain.advance(leaf, hashed).last_nseq == 3
    with pytest.raises(TamperedError) as caught:
        chain.advance(replace(leaf, **change), hashed)
    assert caught.value.field == field


def test_another_nodes_leaf_is_not_this_chains() -> None:
    with pytest.raises(TamperedError):
        Chain(2, BOOT).advance(*LEAVES[0])
    with pytest.raises(TamperedError):
        Chain(1, "other").advance(*LEAVES[0])
