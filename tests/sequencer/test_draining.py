"""Draining: a batch goes on with its node's chain as a whole, read quickly or record by record, or is held back."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shouze.errors import ShouzeError, TamperedError
from shouze.ledger.chain import Chain
from shouze.ledger.entry import Shard, What, parse_leaf, seal_leaf
from shouze.ledger.reading import Reader
from shouze.ledger.tile import encode_bundle
from shouze.ledger.tree import leaf_hash
from shouze.sequencer.draining import BITE, drain, follow
from shouze.sequencer.ports import StagedBatch
from tests.ledger.building import BOOT, START, draft, leaves

SIZE, WIDTH = 40, 8


@cache
def _leaves() -> tuple[bytes, ...]:
    return tuple(leaves(SIZE))


def batch(entries: list[bytes], nseq: int) -> StagedBatch:
    return StagedBatch(1, BOOT, nseq, len(entries), encode_bundle(entries), 0, None)


def batches(entries: list[bytes]) -> list[StagedBatch]:
    return [batch(entries[start : start + WIDTH], start + 1) for start in range(0, SIZE, WIDTH)]


def strictly(entries: list[bytes]) -> int:
    """Return how many records hold, one after another, up to the first batch in which one does not."""
    chain = Chain(1, BOOT)
    for place, entry in enumerate(entries):
        try:
            chain = chain.advance(parse_leaf(entry), leaf_hash(entry))
        except ShouzeError:
            return place // WIDTH * WIDTH
    return len(entries)


def test_a_chain_that_holds_is_taken_whole() -> None:
    drained = drain(batches(list(_leaves())), {})
    [applied] = drained.chains
    assert (len(drained.batches), applied.chain.last_nseq, applied.chain.last_hash) == (
        SIZE // WIDTH, SIZE, leaf_hash(_leaves()[-1]),
    )  # fmt: skip


@given(st.integers(0, SIZE - 1), st.data())
def test_of_a_changed_record_the_batches_before_its_own_are_taken_and_no_other(place: int, data: st.DataObject) -> None:
    entries = list(_leaves())
    raw = bytearray(entries[place])
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    entries[place] = bytes(raw)
    drained = drain(batches(entries), {})
    [applied] = drained.chains
    held = strictly(entries)
    assert (applied.chain.last_nseq, WIDTH * len(drained.batches)) == (held, held)


def test_a_node_does_not_speak_for_the_log_even_in_words_that_a_reader_met() -> None:
    spoken = replace(draft(), what=What("note-log", (), (), 0, shard=Shard("telco.example/handling")))
    raw = seal_leaf(spoken, node=1, boot=BOOT, nseq=1, prev="", time=START, sd=parse_leaf(_leaves()[0]).sd)
    reader = Reader(of_nodes=True)
    for _ in range(2):
        with pytest.raises(TamperedError):
            follow(Chain(1, BOOT), batch([raw], 1), reader)
    assert Reader().read(0, [raw], [leaf_hash(raw)]) == []


def test_a_chain_of_another_boot_does_not_go_on_with_it() -> None:
    reader = Reader(of_nodes=True)
    whole = follow(Chain(1, BOOT), batch(list(_leaves()), 1), reader)
    other = leaves(SIZE + 1, boot="another")[SIZE:]
    with pytest.raises(TamperedError):
        follow(whole, batch(other, SIZE + 1), reader)


def test_batches_that_fill_several_bites_are_taken_up_to_the_one_that_does_not_hold() -> None:
    entries = leaves(3 * BITE)
    small = [batch(entries[start : start + 5], start + 1) for start in range(0, len(entries), 5)]
    drained = drain(small, {})
    assert (drained.leaves.entries, drained.chains[0].held) == (entries, None)
    assert drained.leaves.pieces == [each.body for each in small]
    assert drained.leaves.hashes == [leaf_hash(entry) for entry in entries]
    wrong = small[70]._replace(body=encode_bundle([*entries[350:354], entries[353]]))
    drained = drain([*small[:70], wrong, *small[71:]], {})
    assert (len(drained.batches), drained.chains[0].chain.last_nseq) == (70, 350)
    assert drained.chains[0].held == "leaf.nseq"
