"""Chooses, out of what waits, the batches that continue their node's chain.

A node with a gap, or with something that is not a record, is held back alone; the others go on.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.chain import Chain
from shouze.ledger.entry import parse_leaf
from shouze.ledger.integrate import Packed
from shouze.ledger.reading import Reader
from shouze.ledger.tile import FULL, decode_bundle
from shouze.ledger.tree import leaf_hashes
from shouze.sequencer.ports import Applied, ChainKey, StagedBatch

BITE = FULL
"""Leaves that are followed in one go."""
_joined = itertools.chain.from_iterable


class Drained(NamedTuple):
    """Batches in the order in which the log takes them, their leaves, and how far each chain has come with them."""

    batches: tuple[StagedBatch, ...]
    chains: tuple[Applied, ...]
    leaves: Packed


class Followed(NamedTuple):
    """A batch that continues its chain, taken apart."""

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
    placed = tuple(each.batch for _, each in taken)
    leaves = Packed(
        [*_joined(each.entries for _, each in taken)],
        [*_joined(each.hashes for _, each in taken)],
        [batch.body for batch in placed],
    )
    return Drained(placed, tuple(chains), leaves)


def follow(chain: Chain, batch: StagedBatch, reader: Reader) -> Chain:
    """Return the chain after the batch; ``reader`` remembers words from one to the next.

    TamperedError or InvalidError when it does not continue the chain, or is not made of records of a node.
    """
    return _followed(chain, batch, reader)[0]


def _followed(chain: Chain, batch: StagedBatch, reader: Reader) -> tuple[Chain, Followed]:
    if batch.nseq != chain.last_nseq + 1 or batch.width < 1:
        raise TamperedError(Text("节点记录编号不连续", "The node's numbers have a gap"), field="leaf.nseq")
    entries = decode_bundle(batch.body, batch.width)
    hashes = leaf_hashes(entries)
    after = reader.follow(chain, entries, hashes) or _follow_each(chain, entries, hashes)
    return after, Followed(batch, entries, hashes)


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
    for some in _bites(batches):
        after, followed = _followed_together(chain, some, reader)
        if after is None:
            after, followed = _follow_apart(chain, some, reader)
        fitting += followed
        if after.held is not None:
            return after, fitting
        chain = after.chain
    return Applied(chain), fitting


def _bites(batches: Sequence[StagedBatch]) -> Iterator[Sequence[StagedBatch]]:
    """Yield the batches, as many at once as stay near the processor."""
    begin = leaves = 0
    for end, batch in enumerate(batches):
        if leaves and leaves + batch.width > BITE:
            yield batches[begin:end]
            begin, leaves = end, 0
        leaves += batch.width
    yield batches[begin:]


def _followed_together(
    chain: Chain, batches: Sequence[StagedBatch], reader: Reader
) -> tuple[Applied | None, list[Followed]]:
    """Follow batches of a chain in one go; no chain where one of them has to be looked at by itself."""
    ends = itertools.accumulate((batch.width for batch in batches), initial=chain.last_nseq)
    if any(batch.width < 1 or batch.nseq != end + 1 for batch, end in zip(batches, ends, strict=False)):
        return None, []
    try:
        parts = [decode_bundle(batch.body, batch.width) for batch in batches]
    except InvalidError:
        return None, []
    hashes = [leaf_hashes(part) for part in parts]
    after = reader.follow(chain, [*_joined(parts)], [*_joined(hashes)])
    return Applied(after) if after else None, list(map(Followed, batches, parts, hashes))


def _follow_apart(chain: Chain, batches: Sequence[StagedBatch], reader: Reader) -> tuple[Applied, list[Followed]]:
    fitting: list[Followed] = []
    for batch in batches:
        try:
            chain, followed = _followed(chain, batch, reader)
        except (TamperedError, InvalidError) as problem:
            return Applied(chain, problem.field), fitting
        fitting.append(followed)
    return Applied(chain), fitting
