"""Reads the log's tables page by page for whoever verifies them (``sequencer.ports.LogReader``)."""

from __future__ import annotations

from shouze.ledger.tile import FULL, bundle_path, partial_width, tile_path
from shouze.ledger.tree import Frontier
from shouze.sequencer.ports import Applied, ChainKey, Reference, StagedBatch, StoredCheckpoint
from shouze.store.driver import Database, Row
from shouze.store.log import HEAD, LATEST, applied_of, head_of
from shouze.store.log_shards import LEVELS, SPAN_BITS, Span

_FIRST = -(1 << 63)
_BATCHES = """
    SELECT node, boot, nseq, n, body, at, sequenced FROM log.staging
    WHERE (node, boot, nseq) > (:node, :boot, :nseq) ORDER BY node, boot, nseq LIMIT :most
"""
_CHAINS = """
    SELECT node, boot, last_nseq, last_hash, held FROM log.applied
    WHERE (node, boot) > (:node, :boot) ORDER BY node, boot LIMIT :most
"""
_CHECKPOINTS = """
    SELECT size, root, note, at FROM log.checkpoint WHERE size > :above AND size <= :last ORDER BY size LIMIT :most
"""
_STRAY_BUNDLES = """
    SELECT n, w FROM log.bundle WHERE (n > :n AND n < :end) OR (n = :n AND w > :w) ORDER BY n LIMIT 10
"""
_STRAY_TILES = """
    SELECT n, w FROM log.tile
    WHERE level = :level AND ((n > :n AND n < :end) OR (n = :n AND w > :w)) ORDER BY n LIMIT 10
"""
_STRAY_LEVELS = "SELECT level, n, w FROM log.tile WHERE level >= :level ORDER BY level, n LIMIT 10"
_NEXT = {
    "opening": "SELECT node, boot FROM log.opening WHERE (node, boot) > (:node, :boot) ORDER BY node, boot LIMIT 1",
    "look_up": "SELECT node, boot FROM log.look_up WHERE (node, boot) > (:node, :boot) ORDER BY node, boot LIMIT 1",
}
_SPAN = {
    "opening": "SELECT min(nseq), max(nseq) FROM log.opening WHERE node = :node AND boot = :boot",
    "look_up": "SELECT min(nseq), max(nseq) FROM log.look_up WHERE node = :node AND boot = :boot",
}
_OPENED = """
    SELECT DISTINCT nseq FROM log.opening WHERE node = :node AND boot = :boot AND nseq BETWEEN :first AND :last
"""


class LogRows:
    """``sequencer.ports.LogReader`` over the log's database, for one shard; staging and chains are those of all."""

    def __init__(self, database: Database, shard: int = 0) -> None:
        self._database, self._span = database, Span(shard)

    async def head(self) -> tuple[Frontier, bytes]:
        """Return the frontier and root of ``log_state``."""
        _, frontier, root = head_of(await self._fetch(HEAD))
        return frontier, root

    async def bundle(self, n: int) -> tuple[int, bytes] | None:
        """Return width and bytes of an entry bundle."""
        rows = await self._fetch("SELECT w, body FROM log.bundle WHERE n = :n", n=self._span.bundle(n))
        return (rows[0][0], rows[0][1]) if rows else None

    async def tile(self, level: int, n: int) -> tuple[int, bytes] | None:
        """Return width and bytes of a tile."""
        sql = "SELECT w, body FROM log.tile WHERE level = :level AND n = :n"
        rows = await self._fetch(sql, level=level, n=self._span.tile(level, n)) if level < LEVELS else []
        return (rows[0][0], rows[0][1]) if rows else None

    async def strays(self, size: int) -> list[str]:
        """Return paths of bundles and tiles that a log of that size does not have, the first ten of each level."""
        first = self._span.bundle(0)
        edge = {"n": first + size // FULL, "w": partial_width(0, size), "end": self._span.tile(0, 1 << SPAN_BITS - 8)}
        paths = [bundle_path(n - first, w) for n, w in await self._fetch(_STRAY_BUNDLES, **edge)]
        for level in range(LEVELS):
            first = self._span.tile(level, 0)
            edge = {"n": first + (size >> 8 * (level + 1)), "w": partial_width(level, size)}
            edge["end"] = first + (1 << SPAN_BITS - 8 * (level + 1))
            paths += [tile_path(level, n - first, w) for n, w in await self._fetch(_STRAY_TILES, level=level, **edge)]
        return paths + [tile_path(*row) for row in await self._fetch(_STRAY_LEVELS, level=LEVELS)]

    async def latest_checkpoint(self) -> StoredCheckpoint | None:
        """Return the stored checkpoint of the largest size."""
        return self._span.checkpoint(await self._fetch(LATEST, first=self._span.first, last=self._span.last))

    async def checkpoints(self, above: int, limit: int) -> list[StoredCheckpoint]:
        """Return stored checkpoints larger than a size."""
        rows = await self._fetch(_CHECKPOINTS, above=self._span.place(above), last=self._span.last, most=limit)
        return self._span.checkpoints(rows)

    async def batches(self, after: tuple[int, str, int] | None, limit: int) -> list[StagedBatch]:
        """Return batches of staging in order of (node, boot, nseq); an index below 0 is in an earlier shard."""
        node, boot, nseq = after or (_FIRST, "", _FIRST)
        rows = await self._fetch(_BATCHES, node=node, boot=boot, nseq=nseq, most=limit)
        return [self._span.unplaced(StagedBatch(*row)) for row in rows]

    async def chains(self, after: ChainKey | None, limit: int) -> list[Applied]:
        """Return how far the chains have come."""
        node, boot = after or (_FIRST, "")
        return [applied_of(row) for row in await self._fetch(_CHAINS, node=node, boot=boot, most=limit)]

    async def references(self) -> list[Reference]:
        """Return of which leaves openings and look-up rows speak."""
        return [await self._spoken_of(table, *key) for table in _NEXT for key in await self.chains_in(table)]

    async def chains_in(self, table: str) -> list[ChainKey]:
        """Return whose rows a table holds: one step of its key for each, however many rows they have."""
        keys: list[ChainKey] = []
        while True:
            node, boot = keys[-1] if keys else (_FIRST, "")
            rows = await self._fetch(_NEXT[table], node=node, boot=boot)
            if not rows:
                return keys
            keys.append((rows[0][0], rows[0][1]))

    async def opened(self, node: int, boot: str, first: int, last: int) -> set[int]:
        """Return which of a chain's records have an opening (``sequencer.openings.OpeningRows``)."""
        return {row[0] for row in await self._fetch(_OPENED, node=node, boot=boot, first=first, last=last)}

    async def _spoken_of(self, table: str, node: int, boot: str) -> Reference:
        rows = await self._fetch(_SPAN[table], node=node, boot=boot)
        return Reference(table, node, boot, *rows[0])

    async def _fetch(self, sql: str, **parameters: str | int | bytes | None) -> list[Row]:
        return await self._database.fetch(sql, parameters)
