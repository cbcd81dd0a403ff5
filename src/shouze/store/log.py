"""Keeps the log's tables for the sequencer (``sequencer.ports.LogStore``).

The logs that follow one another stand in the same tables, each in a span of places of its own (``store.log_shards``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

from shouze.errors import InvalidError, TamperedError
from shouze.language import Text
from shouze.ledger.chain import Chain
from shouze.ledger.integrate import Bundles, Edge, Integration, Tiles
from shouze.ledger.tile import FULL, partial_width
from shouze.ledger.tree import EMPTY_ROOT, Frontier
from shouze.sequencer.ports import (
    Applied,
    ChainKey,
    FencedError,
    Growth,
    LogState,
    ReadBack,
    StagedBatch,
    StoredCheckpoint,
    StoredShard,
)
from shouze.store.driver import Database, Parameters, Row, Transaction, malformed
from shouze.store.log_lock import Lock
from shouze.store.log_shards import Span, StoredShards
from shouze.store.staging import room_left

HEAD = "SELECT epoch, size, root, frontier FROM log.log_state WHERE id = 1"
LATEST = """
    SELECT size, root, note, at FROM log.checkpoint WHERE size BETWEEN :first AND :last ORDER BY size DESC LIMIT 1
"""
_STAGED = """
    SELECT s.node, s.boot, s.nseq, s.n, s.body, s.at, s.sequenced
    FROM log.staging s LEFT JOIN log.applied a ON a.node = s.node AND a.boot = s.boot
    WHERE s.sequenced IS NULL AND (a.held IS NULL OR s.nseq = a.last_nseq + 1)
    ORDER BY s.at, s.node, s.boot, s.nseq LIMIT :most
"""
_PLACED = """
    SELECT node, boot, nseq, n, body, at, sequenced FROM log.staging
    WHERE sequenced IS NOT NULL AND sequenced >= :since ORDER BY sequenced
"""
_PURGE = """
    DELETE FROM log.staging WHERE (node, boot, nseq) IN (
        SELECT s.node, s.boot, s.nseq FROM log.staging s
        WHERE s.sequenced IS NOT NULL AND s.at < :before
          AND s.sequenced + s.n <= (SELECT max(size) FROM log.checkpoint)
          AND EXISTS (
            SELECT 1 FROM log.staging t
            WHERE t.node = s.node AND t.boot = s.boot AND t.nseq > s.nseq AND t.sequenced IS NOT NULL)
        ORDER BY s.at LIMIT :most)
"""
_KEEP_BUNDLE = """
    INSERT INTO log.bundle (n, w, body) VALUES (:n, :w, :body)
    ON CONFLICT (n) DO UPDATE SET w = excluded.w, body = excluded.body
"""
_KEEP_TILE = """
    INSERT INTO log.tile (level, n, w, body) VALUES (:level, :n, :w, :body)
    ON CONFLICT (level, n) DO UPDATE SET w = excluded.w, body = excluded.body
"""
_KEEP_CHAIN = """
    INSERT INTO log.applied (node, boot, last_nseq, last_hash, held) VALUES (:node, :boot, :nseq, :hash, :held)
    ON CONFLICT (node, boot) DO UPDATE
    SET last_nseq = excluded.last_nseq, last_hash = excluded.last_hash, held = excluded.held
"""
_BEGIN = """
    INSERT INTO log.log_state (id, epoch, size, root, frontier) VALUES (1, 0, 0, :root, :frontier)
    ON CONFLICT (id) DO NOTHING
"""
_GROW = """
    UPDATE log.log_state SET size = :size, root = :root, frontier = :frontier
    WHERE id = 1 AND epoch = :epoch AND size = :before AND shard = :shard
"""
_PLACE = """
    UPDATE log.staging SET sequenced = :sequenced, room = substr(room, 1, CAST(:left AS integer))
    WHERE node = :node AND boot = :boot AND nseq = :nseq AND sequenced IS NULL
"""


_STAGE = """
    INSERT INTO log.staging (node, boot, nseq, n, body, at, sequenced)
    VALUES (:node, :boot, :nseq, :n, :body, :at, :sequenced)
"""
_CONCLUDE = "UPDATE log.shard SET ended = :ended, deleted = :deleted WHERE number = :number"
_BEGIN_SHARD = """
    UPDATE log.log_state SET shard = :shard, size = :size, root = :root, frontier = :frontier
    WHERE id = 1 AND epoch = :epoch AND size = :before AND shard = :shard - 1
"""


class LogTables:
    """``sequencer.ports.LogStore`` over the log's database; it is at one shard, the present one once it is active."""

    def __init__(self, database: Database, lock: Lock, shard: int = 0) -> None:
        self._database, self._lock = database, lock
        self._span = Span(shard)

    async def become_active(self) -> int | None:
        """Take the lock and raise the epoch."""
        if not await self._lock.take():
            return None
        async with self._database.transaction() as transaction:
            empty = {"root": EMPTY_ROOT, "frontier": Frontier().to_bytes()}
            await transaction.execute(_BEGIN, empty)
            await transaction.execute("UPDATE log.log_state SET epoch = epoch + 1 WHERE id = 1")
            rows = await transaction.fetch("SELECT epoch, shard FROM log.log_state WHERE id = 1")
        self._span = Span(int(rows[0][1]))
        return int(rows[0][0])

    async def release(self) -> None:
        """Give the lock back."""
        await self._lock.give_back()

    async def state(self) -> LogState:
        """Return where the log stands."""
        epoch, frontier, root = await self._head()
        tiles, body = await self.tiles_at(frontier.size), b""
        if partial_width(0, frontier.size):
            found = await self._fetch(
                "SELECT body FROM log.bundle WHERE n = :n", n=self._span.bundle(frontier.size // FULL)
            )
            body = found[0][0] if found else b""
        edge = Edge(body, {level: tile for (level, _), (_, tile) in tiles.items()})
        return LogState(epoch, frontier, root, edge, self._span.shard)

    async def staged(self, limit: int) -> list[StagedBatch]:
        """Return waiting batches in order; of a chain on hold only the very next one."""
        return [StagedBatch(*row) for row in await self._fetch(_STAGED, most=limit)]

    async def applied(self, keys: Sequence[ChainKey]) -> Mapping[ChainKey, Applied]:
        """Return how far these chains have come."""
        sql = "SELECT node, boot, last_nseq, last_hash, held FROM log.applied WHERE node = :node AND boot = :boot"
        rows = [row for node, boot in keys for row in await self._fetch(sql, node=node, boot=boot)]
        return {(row[0], row[1]): applied_of(row) for row in rows}

    async def integrate(self, growth: Growth) -> None:
        """Write the growth in one transaction, if epoch and size are still its own."""
        async with self._database.transaction() as transaction:
            await self._grow(transaction, growth)
            for batch in growth.batches:
                await _place(transaction, self._span.placed(batch))

    async def conclude(self, growth: Growth, shard: StoredShard) -> None:
        """Write a growth by the sequencer's own leaves and what they say of a shard, in one transaction."""
        rows: list[Parameters] = []
        for node, boot, nseq, n, body, at, sequenced in map(self._span.placed, growth.batches):
            place: Parameters = {"node": node, "boot": boot, "nseq": nseq, "sequenced": sequenced}
            rows.append({**place, "n": n, "body": body, "at": at})
        async with self._database.transaction() as transaction:
            await self._grow(transaction, growth)
            await transaction.execute_many(_STAGE, rows)
            said: Parameters = {"number": shard.number, "ended": shard.ended, "deleted": shard.deleted}
            await transaction.execute(_CONCLUDE, said)

    async def begin(self, epoch: int, size: int, shard: StoredShard, made: Integration) -> None:
        """Leave the shard of that size for the next one; ``become_active`` then is at that one."""
        span = Span(shard.number)
        fence: Parameters = {"epoch": epoch, "before": size, "shard": shard.number}
        async with self._database.transaction() as transaction:
            if await transaction.execute(_BEGIN_SHARD, {**fence, **_state_of(made)}) != 1:
                raise _fenced()
            await _keep_tree(transaction, span, made)
            sql = "UPDATE log.shard SET begun = :begun WHERE number = :number"
            await transaction.execute(sql, {"begun": shard.begun, "number": shard.number})

    async def shards(self) -> list[StoredShard]:
        """Return all shards, first to last."""
        return await StoredShards(self._database).all()

    async def add_shard(self, shard: StoredShard) -> None:
        """Put a shard behind the last one."""
        await StoredShards(self._database).add(shard)

    async def final(self, number: int) -> StoredCheckpoint | None:
        """Return the last checkpoint of a shard, with its cosignatures."""
        return await StoredShards(self._database).final(number)

    async def _grow(self, transaction: Transaction, growth: Growth) -> None:
        fence: Parameters = {"epoch": growth.epoch, "before": growth.before, "shard": self._span.shard}
        # Invariant: the fence comes first; it also keeps any other writer out until the commit.
        if await transaction.execute(_GROW, {**fence, **_state_of(growth.made)}) != 1:
            raise _fenced()
        await _keep_tree(transaction, self._span, growth.made)
        await _keep_chains(transaction, growth.chains)

    async def hold(self, epoch: int, chains: Sequence[Applied]) -> None:
        """Write down which chains are on hold."""
        async with self._database.transaction() as transaction:
            await check_epoch(transaction, epoch)
            await _keep_chains(transaction, chains)

    async def read_back(self, since: int) -> ReadBack:
        """Return what is stored of the log from that size on."""
        epoch, frontier, root = await self._head()
        size = frontier.size
        batches = [StagedBatch(*row) for row in await self._fetch(_PLACED, since=self._span.place(since))]
        bundles: Bundles = {}
        if size > since:
            span = {"first": self._span.bundle(since // FULL), "last": self._span.bundle((size - 1) // FULL)}
            rows = await self._fetch("SELECT n, w, body FROM log.bundle WHERE n BETWEEN :first AND :last", **span)
            bundles = {n - self._span.bundle(0): (w, body) for n, w, body in rows}
        tiles = await self._tiles_between(since, size)
        return ReadBack(epoch, size, root, bundles, tiles, list(map(self._span.unplaced, batches)))

    async def tiles_at(self, size: int) -> Tiles:
        """Return the tiles that hold the right edge of the tree of that size."""
        return await self._tiles_between(size, size)

    async def insert_checkpoint(self, epoch: int, checkpoint: StoredCheckpoint) -> None:
        """Store a signed checkpoint."""
        async with self._database.transaction() as transaction:
            await check_epoch(transaction, epoch)
            await transaction.execute(
                "INSERT INTO log.checkpoint (size, root, note, at) VALUES (:size, :root, :note, :at)"
                " ON CONFLICT (size) DO NOTHING",
                {**checkpoint._asdict(), "size": self._span.place(checkpoint.size)},
            )
            rows = await transaction.fetch(
                "SELECT root FROM log.checkpoint WHERE size = :size", {"size": self._span.place(checkpoint.size)}
            )
            # Invariant: never two roots for one size.
            if rows != [(checkpoint.root,)]:
                words = Text("同一大小已有另一根哈希", "That size has another root already")
                raise TamperedError(words, field="log.checkpoint")

    async def forget_checkpoints(self) -> None:
        """Remove this shard's checkpoints and cosignatures: those of a log that was put back bear another's name."""
        span: Parameters = {"first": self._span.first, "last": self._span.last}
        await self._database.write_all(
            [
                ("DELETE FROM log.checkpoint WHERE size BETWEEN :first AND :last", span),
                ("DELETE FROM log.cosignature WHERE size BETWEEN :first AND :last", span),
            ]
        )

    async def latest_checkpoint(self) -> StoredCheckpoint | None:
        """Return the stored checkpoint of the largest size."""
        return self._span.checkpoint(await self._fetch(LATEST, first=self._span.first, last=self._span.last))

    async def purge(self, before: int, limit: int) -> int:
        """Delete batches of before a moment that are in a checkpoint, but no chain's last."""
        return await self._database.execute(_PURGE, {"before": before, "most": limit})

    async def _head(self) -> tuple[int, Frontier, bytes]:
        return head_of(await self._fetch(HEAD))

    async def _tiles_between(self, since: int, size: int) -> Tiles:
        """Return the tiles that grew, and those that hold the right edge at ``since``."""
        tiles: Tiles = {}
        for level in count():
            if not size >> 8 * level:
                return tiles
            here = self._span.tile(level, 0)
            span = {"level": level, "first": here + (since >> 8 * (level + 1))}
            span["last"] = here + ((size >> 8 * level) - 1 >> 8)
            rows = await self._fetch(
                "SELECT n, w, body FROM log.tile WHERE level = :level AND n BETWEEN :first AND :last", **span
            )
            tiles |= {(level, n - here): (w, body) for n, w, body in rows}
        return tiles

    async def _fetch(self, sql: str, **parameters: str | int | bytes | None) -> list[Row]:
        return await self._database.fetch(sql, parameters)


def head_of(rows: Sequence[Row]) -> tuple[int, Frontier, bytes]:
    """Return epoch, frontier and root out of the row of ``log_state``; TamperedError when it contradicts itself."""
    try:
        epoch, size, root, stored = rows[0]
        frontier = Frontier.from_bytes(stored)
    except (IndexError, InvalidError):
        raise malformed("log.log_state") from None
    if frontier.size != size:
        raise malformed("log.log_state")
    return int(epoch), frontier, bytes(root)


def applied_of(row: Row) -> Applied:
    """Return a row of ``applied``: node, boot, last_nseq, last_hash, held."""
    *chain, held = row
    return Applied(Chain(*chain), held)


def _state_of(made: Integration) -> Parameters:
    return {"size": made.frontier.size, "root": made.root, "frontier": made.frontier.to_bytes()}


async def _keep_tree(transaction: Transaction, span: Span, made: Integration) -> None:
    bundles: list[Parameters] = [{"n": span.bundle(n), "w": w, "body": body} for n, (w, body) in made.bundles.items()]
    tiles: list[Parameters] = [
        {"level": level, "n": span.tile(level, n), "w": w, "body": body} for (level, n), (w, body) in made.tiles.items()
    ]
    await transaction.execute_many(_KEEP_BUNDLE, bundles)
    await transaction.execute_many(_KEEP_TILE, tiles)


async def _place(transaction: Transaction, batch: StagedBatch) -> None:
    place: Parameters = {
        "node": batch.node, "boot": batch.boot, "nseq": batch.nseq, "sequenced": batch.sequenced,
        "left": room_left(batch.sequenced or 0),
    }  # fmt: skip
    if await transaction.execute(_PLACE, place) != 1:
        words = Text("暂存批次已不在等待", "A staged batch is not waiting any more")
        raise TamperedError(words, field="log.staging")


async def _keep_chains(transaction: Transaction, chains: Sequence[Applied]) -> None:
    rows: list[Parameters] = [
        {"node": chain.node, "boot": chain.boot, "nseq": chain.last_nseq, "hash": chain.last_hash, "held": held}
        for chain, held in chains
    ]
    await transaction.execute_many(_KEEP_CHAIN, rows)


async def check_epoch(transaction: Transaction, epoch: int) -> None:
    """Fail unless the epoch is still this one; the row stays locked until the commit."""
    sql = "UPDATE log.log_state SET epoch = epoch WHERE id = 1 AND epoch = :epoch"
    if await transaction.execute(sql, {"epoch": epoch}) != 1:
        raise _fenced()


def _fenced() -> FencedError:
    return FencedError(Text("另一个定序进程已接管日志", "Another sequencer has taken over the log"), field="log.epoch")
