"""Deletes whole logs whose deletion is recorded: leaves, tiles and checkpoints, and what is left that speaks of them.

The last checkpoint stays with its cosignatures, since the next log begins with it; and every proof that was handed out
carries its leaf and its path. A run that was cut off is gone on with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shouze.errors import ShouzeError
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.tile import FULL, decode_bundle
from shouze.store.driver import Database, Parameters, Transaction
from shouze.store.log_shards import LEVELS, Span, StoredShards

BITE = 8
"""Bundles that one transaction deletes."""
_NEXT = "SELECT n, w, body FROM log.bundle WHERE n BETWEEN :first AND :last ORDER BY n LIMIT :most"
_PLACES = (
    """
    DELETE FROM log.touched WHERE (actor, at, place) IN (
        SELECT coalesce(actor, ''), at, place FROM log.placed WHERE place BETWEEN :first AND :last)
    """,
    "DELETE FROM log.placed WHERE place BETWEEN :first AND :last",
    "DELETE FROM log.placed_subject WHERE place BETWEEN :first AND :last",
)
_OF_LEAVES = (
    "DELETE FROM log.opening WHERE node = :node AND boot = :boot AND nseq BETWEEN :low AND :high",
    "DELETE FROM log.look_up WHERE node = :node AND boot = :boot AND nseq BETWEEN :low AND :high",
)
_UPPER = "DELETE FROM log.tile WHERE level = :level AND n BETWEEN :first AND :last"
_STAGED = "DELETE FROM log.staging WHERE sequenced BETWEEN :first AND :last"
_BUT_LAST = (
    """
    DELETE FROM log.cosignature WHERE size BETWEEN :first AND :last
        AND size < (SELECT max(size) FROM log.checkpoint WHERE size BETWEEN :first AND :last)
    """,
    """
    DELETE FROM log.checkpoint WHERE size BETWEEN :first AND :last
        AND size < (SELECT max(size) FROM log.checkpoint WHERE size BETWEEN :first AND :last)
    """,
)


class ShardRetention:
    """The logs in the log's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def end(self) -> int:
        """Delete every log whose deletion is recorded; return how many bundles went."""
        shards = await StoredShards(self._database).all()
        return sum([await self._delete(Span(shard.number)) for shard in shards if shard.deleted is not None])

    async def _delete(self, span: Span) -> int:
        gone = 0
        here: Parameters = {"first": span.bundle(0), "last": span.last // FULL}
        while rows := await self._database.fetch(_NEXT, {**here, "most": BITE}):
            async with self._database.transaction() as transaction:
                for n, width, body in rows:
                    await _forget(transaction, n, width, body)
            gone += len(rows)
        await self._conclude(span)
        return gone

    async def _conclude(self, span: Span) -> None:
        """Delete what holds the leaves together, once they are gone."""
        whole: Parameters = {"first": span.first, "last": span.last}
        async with self._database.transaction() as transaction:
            for level in range(LEVELS):
                tiles: Parameters = {"level": level, "first": span.tile(level, 0), "last": span.last >> 8 * (level + 1)}
                await transaction.execute(_UPPER, tiles)
            for statement in (_STAGED, *_BUT_LAST):
                await transaction.execute(statement, whole)


async def _forget(transaction: Transaction, n: int, width: int, body: bytes) -> None:
    """Delete a bundle with its tile, and all rows that speak of its leaves."""
    places: Parameters = {"first": n * FULL, "last": n * FULL + FULL - 1}
    leaves = _leaves(width, body)
    spoken: list[Parameters] = [
        {"node": node, "boot": boot, "low": low, "high": high} for node, boot, low, high in _runs(leaves)
    ]
    for statement in _OF_LEAVES:
        await transaction.execute_many(statement, spoken)
    for statement in _PLACES:
        await transaction.execute(statement, places)
    await transaction.execute(_UPPER, {"level": 0, "first": n, "last": n})
    await transaction.execute("DELETE FROM log.bundle WHERE n = :n", {"n": n})


def _leaves(width: int, body: bytes) -> list[Leaf]:
    """Return the records of a bundle; what is none has no rows that speak of it."""
    found = []
    try:
        for raw in decode_bundle(body, width):
            try:
                found.append(parse_leaf(raw))
            except ShouzeError:
                continue
    except ShouzeError:
        return []
    return found


def _runs(leaves: Sequence[Leaf]) -> Iterator[tuple[int, str, int, int]]:
    """Yield node and boot with the lowest and highest number of their records; a chain keeps its order in the log."""
    spans: dict[tuple[int, str], list[int]] = {}
    for leaf in leaves:
        spans.setdefault((leaf.node, leaf.boot), []).append(leaf.nseq)
    for (node, boot), numbers in spans.items():
        yield node, boot, min(numbers), max(numbers)
