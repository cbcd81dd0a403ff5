"""Keeps which logs follow one another, and where each of them stands in the log's tables.

Places are one line of numbers, of which each shard has a span of 2^48: places, sizes and indexes of a shard are counted
from where its span begins, and so are its bundles (256 places each) and its tiles (at level L, 256^(L + 1)). The first
shard's are therefore what they were before there were others: nothing that was stored is written anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from shouze.sequencer.ports import StagedBatch, StoredCheckpoint, StoredShard
from shouze.store.driver import Database, Parameters, Row

SPAN_BITS = 48
LEVELS = SPAN_BITS // 8
"""Levels of tiles that a shard can have."""
_COLUMNS = "SELECT number, base, label, vkey, begun, ended, deleted FROM log.shard"
_ADD = """
    INSERT INTO log.shard (number, base, label, vkey, begun, ended, deleted)
    VALUES (:number, :base, :label, :vkey, :begun, NULL, NULL) ON CONFLICT (number) DO NOTHING
"""
_FINAL = """
    SELECT size, root, note, at FROM log.checkpoint WHERE size BETWEEN :first AND :last ORDER BY size DESC LIMIT 1
"""


class Span:
    """The places of one shard."""

    def __init__(self, shard: int) -> None:
        self.shard = shard
        self.first = shard << SPAN_BITS
        self.last = self.first + (1 << SPAN_BITS) - 1

    def place(self, index: int) -> int:
        """Return where an index, or a size, of the shard stands on the line of places."""
        return self.first + index

    def bundle(self, n: int) -> int:
        """Return under which number a bundle of the shard is stored."""
        return self.tile(0, n)

    def tile(self, level: int, n: int) -> int:
        """Return under which number a tile of the shard is stored."""
        return (self.first >> 8 * (level + 1)) + n

    def placed(self, batch: StagedBatch) -> StagedBatch:
        """Return a batch with the place of its first leaf instead of its index."""
        return batch._replace(sequenced=self.place(batch.sequenced or 0))

    def unplaced(self, batch: StagedBatch) -> StagedBatch:
        """Return a stored batch with its index in the shard; below 0 where an earlier one has it."""
        return batch if batch.sequenced is None else batch._replace(sequenced=batch.sequenced - self.first)

    def checkpoint(self, rows: Sequence[Row]) -> StoredCheckpoint | None:
        """Return the first of some stored checkpoints, with its size."""
        return next(iter(self.checkpoints(rows)), None)

    def checkpoints(self, rows: Sequence[Row]) -> list[StoredCheckpoint]:
        """Return stored checkpoints with their sizes."""
        return [StoredCheckpoint(size - self.first, *rest) for size, *rest in rows]


class StoredShards:
    """The table of shards."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[StoredShard]:
        """Return all shards, first to last; none before the first sequencer has worked on these tables."""
        return [StoredShard(*row) for row in await self._database.fetch(f"{_COLUMNS} ORDER BY number")]

    async def present(self) -> int:
        """Return the number of the shard that the log is at; 0 before anything was written."""
        rows = await self._database.fetch("SELECT shard FROM log.log_state WHERE id = 1")
        return int(rows[0][0]) if rows else 0

    async def add(self, shard: StoredShard) -> None:
        """Put a shard behind the last one; where its number is taken, nothing changes."""
        row: Parameters = {"number": shard.number, "base": shard.base, "label": shard.label, "vkey": shard.vkey}
        await self._database.execute(_ADD, {**row, "begun": shard.begun})

    async def rename(self, shard: StoredShard) -> None:
        """Give a shard another name and key: that of the log that a restored installation goes on with."""
        sql = "UPDATE log.shard SET base = :base, vkey = :vkey WHERE number = :number"
        await self._database.execute(sql, {"base": shard.base, "vkey": shard.vkey, "number": shard.number})

    async def final(self, number: int) -> StoredCheckpoint | None:
        """Return the last checkpoint of a shard, with the cosignatures that it has by now."""
        span = Span(number)
        found = span.checkpoint(await self._database.fetch(_FINAL, {"first": span.first, "last": span.last}))
        if found is None:
            return None
        lines = await self._database.fetch(
            "SELECT line FROM log.cosignature WHERE size = :size ORDER BY vkey", {"size": span.place(found.size)}
        )
        return found._replace(note=found.note + "".join(line for (line,) in lines))
