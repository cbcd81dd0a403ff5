"""Places where a test's log lives (memory, SQLite, PostgreSQL), and batches to stage there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol

from shouze.errors import TamperedError, UnavailableError
from shouze.journal.staging import Batch, LookUp, Opening
from shouze.language import Text
from shouze.ledger.chain import Chain
from shouze.ledger.integrate import Bundles, Edge, Integration, Tiles
from shouze.ledger.tile import FULL, decode_bundle, encode_bundle, partial_width
from shouze.ledger.tree import EMPTY_ROOT, Frontier
from shouze.sequencer.ports import (
    Applied,
    ChainKey,
    FencedError,
    Growth,
    LogState,
    LogStore,
    ReadBack,
    StagedBatch,
    StoredCheckpoint,
    StoredShard,
)
from shouze.sequencer.sequencer import Sequencer
from shouze.store.driver import Database
from shouze.store.log import LogTables
from shouze.store.log_advisory_lock import AdvisoryLock
from shouze.store.log_lock import FileLock, Lock
from shouze.store.postgres import PostgresDatabase
from shouze.store.sqlite import SqliteDatabase
from shouze.store.staging import StoredStaging
from tests import postgres
from tests.installation import furnish
from tests.ledger.building import BOOT, SIGNER, START, leaves

AT = int(START.timestamp() * 1_000_000)


class Clock:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.time = START + timedelta(days=1)

    def now(self) -> datetime:
        return self.time


@dataclass
class KeptNote:
    """A memory in memory."""

    note: bytes | None = None

    def recall(self) -> bytes | None:
        return self.note

    def remember(self, note: bytes) -> None:
        self.note = note


def batches(*widths: int, node: int = 1, boot: str = BOOT, at: int = AT) -> list[Batch]:
    """Return one boot's batches of these widths, a second apart, each leaf with one opening and one look-up."""
    entries, made, start = leaves(sum(widths), node=node, boot=boot), [], 0
    for number, width in enumerate(widths):
        numbers = range(start + 1, start + width + 1)
        openings = tuple(Opening(nseq, 0, b"sealed %d" % nseq, None) for nseq in numbers)
        look_ups = tuple(LookUp(nseq, b"tag") for nseq in numbers)
        leaf_bytes = tuple(entries[start : start + width])
        made.append(Batch(node, boot, start + 1, leaf_bytes, openings, look_ups, at + number * 1_000_000))
        start += width
    return made


class Place(Protocol):
    """Tables of one log."""

    def log(self) -> LogStore:
        """Return the log as one more sequencer sees it."""
        ...

    async def stage(self, batch: Batch) -> None:
        """Stage a batch as a gateway does."""
        ...

    async def entries(self) -> list[bytes]:
        """Return all entries that the log holds."""
        ...


class StoredPlace:
    """A log in a database."""

    def __init__(self, database: Database, lock: Callable[[], Lock]) -> None:
        self.database, self.lock = database, lock

    def log(self) -> LogTables:
        return LogTables(self.database, self.lock())

    async def stage(self, batch: Batch) -> None:
        await StoredStaging(self.database).stage(batch)

    async def entries(self) -> list[bytes]:
        rows = await self.database.fetch("SELECT w, body FROM log.bundle ORDER BY n")
        return [entry for w, body in rows for entry in decode_bundle(body, w)]


@asynccontextmanager
async def sqlite_log(folder: Path) -> AsyncIterator[StoredPlace]:
    """Yield an empty log in a folder."""
    furnish(folder)
    database = SqliteDatabase(folder / "log.db", "log")
    yield StoredPlace(database, lambda: FileLock(folder / "log.db.sequencer"))
    await database.close()


@asynccontextmanager
async def postgres_log() -> AsyncIterator[StoredPlace]:
    """Yield an empty log on PostgreSQL."""
    with postgres.database(prepared=True) as url:
        database = PostgresDatabase(url, patience=20)
        yield StoredPlace(database, lambda: AdvisoryLock(url))
        await database.close()


@dataclass
class MemoryPlace:
    """A log in dictionaries; the sequencers that use it share them."""

    epoch: int = 0
    frontier: Frontier = field(default_factory=Frontier)
    root: bytes = EMPTY_ROOT
    holder: object = None
    staging: dict[tuple[int, str, int], StagedBatch] = field(default_factory=dict)
    bundles: Bundles = field(default_factory=dict)
    tiles: Tiles = field(default_factory=dict)
    chains: dict[ChainKey, Applied] = field(default_factory=dict)
    checkpoints: dict[int, StoredCheckpoint] = field(default_factory=dict)
    shards: list[StoredShard] = field(default_factory=list)
    finals: list[StoredCheckpoint] = field(default_factory=list)
    past: list[list[bytes]] = field(default_factory=list)
    """The entries of the logs that have ended."""

    def log(self) -> MemoryLogStore:
        return MemoryLogStore(self)

    async def stage(self, batch: Batch) -> None:
        place = (batch.node, batch.boot, batch.nseq)
        self.staging[place] = StagedBatch(*place, len(batch.leaves), encode_bundle(batch.leaves), batch.at)

    async def entries(self) -> list[bytes]:
        return [entry for _, (w, body) in sorted(self.bundles.items()) for entry in decode_bundle(body, w)]


class MemoryLogStore:
    """``LogStore`` over a ``MemoryPlace``."""

    def __init__(self, place: MemoryPlace) -> None:
        self.place = place

    async def become_active(self) -> int | None:
        if self.place.holder not in {None, self}:
            return None
        self.place.holder = self
        self.place.epoch += 1
        return self.place.epoch

    async def release(self) -> None:
        if self.place.holder is self:
            self.place.holder = None

    async def state(self) -> LogState:
        size = self.place.frontier.size
        _, bundle = self.place.bundles[size // FULL] if partial_width(0, size) else (0, b"")
        edge = {level: body for (level, _), (_, body) in (await self.tiles_at(size)).items()}
        edges = Edge(bundle, edge)
        return LogState(self.place.epoch, self.place.frontier, self.place.root, edges, len(self.place.past))

    async def staged(self, limit: int) -> list[StagedBatch]:
        waiting = [batch for batch in self.place.staging.values() if batch.sequenced is None and self._free(batch)]
        return sorted(waiting, key=lambda batch: (batch.at, batch.node, batch.boot, batch.nseq))[:limit]

    def _free(self, batch: StagedBatch) -> bool:
        chain, held = self.place.chains.get((batch.node, batch.boot), Applied(Chain(batch.node, batch.boot)))
        return held is None or batch.nseq == chain.last_nseq + 1

    async def applied(self, keys: Sequence[ChainKey]) -> Mapping[ChainKey, Applied]:
        return {key: self.place.chains[key] for key in keys if key in self.place.chains}

    async def integrate(self, growth: Growth) -> None:
        if (growth.epoch, growth.before) != (self.place.epoch, self.place.frontier.size):
            raise FencedError
        self.place.frontier, self.place.root = growth.made.frontier, growth.made.root
        self.place.bundles |= growth.made.bundles
        self.place.tiles |= growth.made.tiles
        self.place.staging |= {(batch.node, batch.boot, batch.nseq): batch for batch in growth.batches}
        await self.hold(growth.epoch, growth.chains)

    async def hold(self, epoch: int, chains: Sequence[Applied]) -> None:
        if epoch != self.place.epoch:
            raise FencedError
        self.place.chains |= {(one.chain.node, one.chain.boot): one for one in chains}

    async def read_back(self, since: int) -> ReadBack:
        place, size = self.place, self.place.frontier.size
        batches = [
            batch for batch in place.staging.values() if batch.sequenced is not None and batch.sequenced >= since
        ]
        bundles = {n: bundle for n, bundle in place.bundles.items() if size > since and n >= since // FULL}
        return ReadBack(place.epoch, size, place.root, bundles, self._tiles(since), batches)

    async def tiles_at(self, size: int) -> Tiles:
        return {(level, n): tile for (level, n), tile in self._tiles(size).items() if n == size >> 8 * (level + 1)}

    def _tiles(self, since: int) -> Tiles:
        return {(level, n): tile for (level, n), tile in self.place.tiles.items() if n >= since >> 8 * (level + 1)}

    async def insert_checkpoint(self, epoch: int, checkpoint: StoredCheckpoint) -> None:
        if epoch != self.place.epoch:
            raise FencedError
        if self.place.checkpoints.setdefault(checkpoint.size, checkpoint).root != checkpoint.root:
            raise TamperedError

    async def latest_checkpoint(self) -> StoredCheckpoint | None:
        return self.place.checkpoints[max(self.place.checkpoints)] if self.place.checkpoints else None

    async def shards(self) -> list[StoredShard]:
        return list(self.place.shards)

    async def add_shard(self, shard: StoredShard) -> None:
        if shard.number == len(self.place.shards):
            self.place.shards.append(shard)

    async def conclude(self, growth: Growth, shard: StoredShard) -> None:
        await self.integrate(growth)
        self.place.shards[shard.number] = shard

    async def final(self, number: int) -> StoredCheckpoint | None:
        return self.place.finals[number] if number < len(self.place.past) else await self.latest_checkpoint()

    async def begin(self, epoch: int, size: int, shard: StoredShard, made: Integration) -> None:
        place = self.place
        if (epoch, size, shard.number) != (place.epoch, place.frontier.size, len(place.past) + 1):
            raise FencedError
        place.past.append(await place.entries())
        place.finals.append(place.checkpoints[size])
        place.checkpoints.clear()
        place.frontier, place.root, place.bundles, place.tiles = made.frontier, made.root, made.bundles, made.tiles
        place.staging = {key: batch for key, batch in place.staging.items() if batch.sequenced is None}
        place.shards[shard.number] = shard

    async def purge(self, before: int, limit: int) -> int:
        return 0


Trouble = tuple[str, Literal["lost", "kept"]]
"""Which call fails once: before anything was written, or after everything was."""


class Failing:
    """A log whose named call fails once, ``lost`` or ``kept``."""

    def __init__(self, log: LogStore, *troubles: Trouble) -> None:
        self._log, self._troubles = log, list(troubles)

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._log, name)

        async def attempt(*arguments: Any) -> Any:
            fate = next((fate for called, fate in self._troubles if called == name), None)
            if fate is not None:
                self._troubles.remove((name, fate))
            if fate == "lost":
                raise UnavailableError(Text("断开", "The line was cut"))
            answer = await call(*arguments)
            if fate == "kept":
                raise UnavailableError(Text("断开", "The line was cut"))
            return answer

        return attempt


def sequencer(log: Any, memory: KeptNote | None = None, clock: Clock | None = None, **more: Any) -> Sequencer:
    """Return a sequencer of the test log."""
    return Sequencer(log, SIGNER, memory or KeptNote(), (clock or Clock()).now, **more)
