"""Reads the log's tables page by page for whoever verifies them (``sequencer.ports.LogReader``)."""

from __future__ import annotations

from shouze.ledger.tile import FULL, bundle_path, partial_width, tile_path
from shouze.ledger.tree import Frontier
from shouze.sequencer.ports import Applied, ChainKey, Reference, StagedBatch, StoredCheckpoint
from shouze.store.driver import Database, Row
from shouze.store.log import HEAD, LATEST, applied_of, head_of

_FIRST = -(1 << 63)
_BATCHES = """
    SELECT node, boot, nseq, n, body, at, sequenced FROM log.staging
    WHERE (node, boot, nseq) > (:node, :boot, :nseq) ORDER BY node, boot, nseq LIMIT :most
"""
_CHAINS = """
    SELECT node, boot, last_nseq, last_hash, held FROM log.applied
    WHERE (node, boot) > (:node, :boot) ORDER BY node, boot LIMIT :most
"""
_CHECKPOINTS = "SELECT size, root, note, at FROM log.checkpoint WHERE size > :above ORDER BY size LIMIT :most"
_STRAY_BUNDLES = """
    SELECT n, w FROM log.bundle WHERE n > :n OR (n = :n AND w > :w) ORDER BY n LIMIT 10
"""
_STRAY_TILES = """
    SELECT level, n, w FROM log.tile WHERE level = :level AND (n > :n OR (n = :n AND w > :w)) ORDER BY n LIMIT 10
"""
_STRAY_LEVELS = "SELECT level, n, w FROM log.tile WHERE level > :level ORDER BY level, n LIMIT 10"
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
    """``sequencer.ports.LogReader`` over the log's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def head(self) -> tuple[Frontier, bytes]:
        """Return the frontier and root of ``log_state``."""
        _, frontier, root = head_of(await self._fetch(HEAD))
        return frontier, root

    async def bundle(self, n: int) -> tuple[int, bytes] | None:
        """Return width and bytes of an entry bundle."""
        rows = await self._fetch("SELECT w, body FROM log.bundle WHERE n = :n", n=n)
        return (rows[0][0], rows[0][1]) if rows else None

    async def tile(self, level: int, n: int) -> tuple[int, bytes] | None:
        """Return width and bytes of a tile."""
        rows = await self._fetch("SELECT w, body FROM log.tile WHERE level = :level AND n = :n", level=level, n=n)
        return (rows[0][0], rows[0][1]) if rows else None

    async def strays(self, size: int) -> list[str]:
        """Return paths of bundles and tiles that a log of that size does not have, the first ten of each level."""
        edge = {"n": size // FULL, "w": partial_width(0, size)}
        paths = [bundle_path(*row) for row in await self._fetch(_STRAY_BUNDLES, **edge)]
        levels = range((size.bit_length() + 7) // 8)
        for level in levels:
            edge = {"n": size >> 8 * (level + 1), "w": partial_width(level, size)}
            paths += [tile_path(*row) for row in await self._fetch(_STRAY_TILES, level=level, **edge)]
        return paths + [tile_path(*row) for row in await self._fetch(_STRAY_LEVELS, level=len(levels) - 1)]

    async def latest_checkpoint(self) -> StoredCheckpoint | None:
        """Return the stored checkpoint of the largest size."""
        rows = await self._fetch(LATEST)
        return StoredCheckpoint(*rows[0]) if rows else None

    async def checkpoints(self, above: int, limit: int) -> list[StoredCheckpoint]:
        """Return stored checkpoints larger than a size."""
        return [StoredCheckpoint(*row) for row in await self._fetch(_CHECKPOINTS, above=above, most=limit)]

    async def batches(self, after: tuple[int, str, int] | None, limit: int) -> list[StagedBatch]:
        """Return batches of staging in order of (node, boot, nseq)."""
        node, boot, nseq = after or (_FIRST, "", _FIRST)
        rows = await self._fetch(_BATCHES, node=node, boot=boot, nseq=nseq, most=limit)
        return [StagedBatch(*row) for row in rows]

    async def chains(self, after: ChainKey | None, limit: int) -> list[Applied]:
        """Return how far the chains have come."""
        node, boot = after or (_FIRST, "")
        return [applied_of(row) for row in await self._fetch(_CHAINS, node=node, boot=boot, most=limit)]

    async def references(self) -> list[Reference]:
        """Return of which leaves openings and look-up rows speak."""
        return [await self._span(table, *key) for table in _NEXT for key in await self.chains_in(table)]

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

    async def _span(self, table: str, node: int, boot: str) -> Reference:
        rows = await self._fetch(_SPAN[table], node=node, boot=boot)
        return Reference(table, node, boot, *rows[0])

    async def _fetch(self, sql: str, **parameters: str | int | bytes | None) -> list[Row]:
        return await self._database.fetch(sql, parameters)
