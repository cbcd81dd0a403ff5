"""Chooses, out of what waits, the batches that continue their node's chain.

A node with a gap, or with something that is not a record, is held back alone; the others go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.chain import Chain
from shouze.ledger.entry import parse_leaf
from shouze.ledger.integrate import Packed
from shouze.ledger.reading import Reader
from shouze.ledger.tile import decode_bundle
from shouze.ledger.tree import leaf_hashes
from shouze.sequencer.ports import Applied, ChainKey, StagedBatch


class Drained(NamedTuple):
    """Batches in the order in which the log takes them, their leaves, and how far each chain has come with them."""

    batches: tuple[StagedBatch, ...]
    chains: tuple[Applied, ...]
    leaves: Packed


class Followed(NamedTuple):
    """A batch that continues its chain, and where the chain stands after it."""

    chain: Chain
    batch: StagedBatch
    entries: Sequence[bytes]
    hashes: Sequence[bytes]


def drain(waiting: Sequence[StagedBatch], applied: Mapping[ChainKey, Applied]) -> Drained:
    """Return what can be taken of the waiting batches; each is taken as a whole or not at all."""
    by_chain: defaultdict[ChainKey, list[StagedBatch]] = defaultdict(list)
    for batch in sorted(waiting, key=lambda batch: batch.nseq):
        by_chain[batch.node, batch.boot].append(batch)
    taken: list[tuple[int, Followed]] = []
    chains, reader = [], Reader(of_nodes=True)
    for key, batches in by_chain.items():
        before = applied.get(key, Applied(Chain(*key)))
        after, fitting = _follow_all(before.chain, batches, reader)
        chains.append(after)
        # Invariant: a chain keeps its order in the log even where its batches' moments do not.
        latest = 0
        for each in fitting:
            latest = max(latest, each.batch.at)
            taken.append((latest, each))
    taken.sort(key=lambda pair: (pair[0], pair[1].batch.node, pair[1].batch.boot, pair[1].batch.nseq))
    batches = tuple(each.batch for _, each in taken)
    leaves = Packed(
        [entry for _, each in taken for entry in each.entries],
        [hashed for _, each in taken for hashed in each.hashes],
        b"".join(batch.body for batch in batches),
    )
    return Drained(batches, tuple(chains), leaves)


def follow(chain: Chain, batch: StagedBatch, reader: Reader) -> Chain:
    """Return the chain after the batch; ``reader`` remembers words from one to the next.

    TamperedError or InvalidError when it does not continue the chain, or is not made of records of a node.
    """
    return _followed(chain, batch, reader).chain


def _followed(chain: Chain, batch: StagedBatch, reader: Reader) -> Followed:
    if batch.nseq != chain.last_nseq + 1 or batch.width < 1:
        raise TamperedError(Text("节点记录编号不连续", "The node's numbers have a gap"), field="leaf.nseq")
    entries = decode_bundle(batch.body, batch.width)
    hashes = leaf_hashes(entries)
    after = reader.follow(chain, entries, hashes) or _follow_each(chain, entries, hashes)
    return Followed(after, batch, entries, hashes)


def _follow_each(chain: Chain, entries: Sequence[bytes], hashes: Sequence[bytes]) -> Chain:
    for raw, hashed in zip(entries, hashes, strict=True):
        leaf = parse_leaf(raw)
        # Invariant: no node speaks for the log: who could stage a hand-over could name a key of his own.
        if leaf.what.shard is not None:
            raise TamperedError(
                Text("节点不得书写日志自身的记录", "A node does not write the log's own"), field="leaf.what"
            )
        chain = chain.advance(leaf, hashed)
    return chain


def _follow_all(chain: Chain, batches: Sequence[StagedBatch], reader: Reader) -> tuple[Applied, list[Followed]]:
    fitting: list[Followed] = []
    for batch in batches:
        try:
            fitting.append(_followed(chain, batch, reader))
        except (TamperedError, InvalidError) as problem:
            return Applied(chain, problem.field), fitting
        chain = fitting[-1].chain
    return Applied(chain), fitting
