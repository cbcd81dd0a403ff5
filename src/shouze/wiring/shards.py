"""Opens the logs that follow one another, each for itself, and the sequencer that turns them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from shouze.errors import NotFoundError
from shouze.language import Text
from shouze.ledger.disclosure import Entropy
from shouze.ledger.note import Cosignature, Signer, Verifier
from shouze.sequencer.cosigning import Brought, Keep, take
from shouze.sequencer.inspecting import Records, SearchedLog
from shouze.sequencer.ports import StoredShard
from shouze.sequencer.published import PublishedLog, PublishedLogs
from shouze.sequencer.sequencer import Sequencer
from shouze.sequencer.signing_key import LastSigned, open_signing_key
from shouze.settings import Settings
from shouze.store.cosignatures import AddedCosignatures, CosignatureTable
from shouze.store.driver import Database
from shouze.store.log import LogTables
from shouze.store.log_index import StoredPlaces
from shouze.store.log_lock import Lock
from shouze.store.log_reading import LogRows
from shouze.store.log_shards import Span, StoredShards
from shouze.wiring.preparing import SIGNING_KEY, signing_keys

WITNESS_PATIENCE = timedelta(seconds=10)
"""How long the end of a log waits for its cosignature before the next one begins."""


class ShardRoom(NamedTuple):
    """One log as a reader sees it: its row, its key, its rows, what it shows, its index, its cosignatures."""

    stored: StoredShard
    verifier: Verifier
    rows: LogRows
    published: PublishedLog
    places: StoredPlaces
    cosignatures: CosignatureTable


async def shard_rooms(database: Database, first: Verifier | None) -> list[ShardRoom]:
    """Return the logs that have begun, first to last; ``first`` is the key of one that no sequencer has worked on."""
    stored = await StoredShards(database).all()
    if not stored and first is not None:
        stored = [StoredShard(0, first.name, "", first.vkey)]
    return [_room(database, shard) for shard in stored if shard.begun is not None or shard.number == 0]


def published_log(database: Database, shard: int = 0) -> PublishedLog:
    """Return a published log in the log's database, with what witnesses have cosigned of it."""
    return PublishedLog(LogRows(database, shard), CosignatureTable(database, shard))


def published_logs(database: Database) -> PublishedLogs:
    """Return all published logs in the log's database."""
    return PublishedLogs(StoredShards(database).all, lambda number: published_log(database, number))


def searched_logs(database: Database, first: Verifier | None) -> Records:
    """Return the records of all logs in the log's database, to be searched; ``first`` as in ``shard_rooms``."""

    async def logs() -> list[SearchedLog]:
        return [
            SearchedLog(Span(room.stored.number).first, room.published, room.places, room.verifier)
            for room in await shard_rooms(database, first)
            if room.stored.deleted is None
        ]

    return Records(logs, time.monotonic)


def keeping(database: Database, first: Verifier | None) -> Keep:
    """Return what keeps a cosignature that is brought for one of the logs; ``first`` as in ``shard_rooms``."""

    async def keep(brought: Brought) -> Cosignature:
        for room in await shard_rooms(database, first):
            if room.verifier.name == brought.origin:
                return await take(room.published, AddedCosignatures(database, room.stored.number), brought)
        raise NotFoundError(Text("没有这个日志", "There is no such log"), field="origin")

    return keep


def sequencer_of(
    home: Path, settings: Settings, database: Database, lock: Lock, now: Callable[[], datetime],
    entropy: Entropy = os.urandom,
) -> tuple[Sequencer, Signer]:  # fmt: skip
    """Return the sequencer over the log's database, and who signs its first log."""
    if not (keys := signing_keys(home)):
        raise _lost(SIGNING_KEY)
    signer = open_signing_key(keys[0])
    patience = WITNESS_PATIENCE if settings.witness_url else timedelta()
    made = Sequencer(
        LogTables(database, lock), signer, LastSigned(home / SIGNING_KEY), now, signers=signers_in(home),
        patience=patience, retention=timedelta(days=settings.shard_retention_days), entropy=entropy,
    )  # fmt: skip
    return made, signer


def key_path(home: Path, shard: StoredShard) -> Path:
    """Return where the key of a log stands that is signed by a key of its own."""
    return home / f"log.{shard.label}.key"


def signers_in(home: Path) -> Callable[[str], Signer]:
    """Return what finds, among the key files of the folder, the one that signs the log of a vkey."""

    def find(vkey: str) -> Signer:
        public = Verifier.from_vkey(vkey).public
        for path in signing_keys(home):
            if (signer := open_signing_key(path)).verifier().public == public:
                return signer.renamed(vkey)
        raise _lost(vkey.partition("+")[0])

    return find


def _room(database: Database, shard: StoredShard) -> ShardRoom:
    number = shard.number
    return ShardRoom(
        shard, Verifier.from_vkey(shard.vkey), LogRows(database, number), published_log(database, number),
        StoredPlaces(database, number), CosignatureTable(database, number),
    )  # fmt: skip


def _lost(field: str) -> NotFoundError:
    return NotFoundError(
        Text("没有该日志的签名私钥", "The signing key of the log is not there"),
        field=field,
        remedy=Text(
            "把私钥文件放入安装目录；若已丢失，运行 shouze log turn --lost-key",
            "Put its file into the installation's folder; if it is lost, run shouze log turn --lost-key",
        ),
    )
