"""Compares the door within one process: with a plain read, without its log, with the disk, with the other suite."""

from __future__ import annotations

import asyncio
import os
import random
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from bare import SIZE, Once, bare_commits
from measuring import Comparison, Ratio, Sample, take_turns
from population import CRM, filled, plain_reader, request_about

from shouze.gateway.door import Door
from shouze.journal.journal import Journal
from shouze.journal.record import Record, RecordKey
from shouze.journal.staging import Batch
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.settings import Settings
from shouze.store.driver import Database, Parameters
from shouze.store.staging import StoredStaging
from shouze.wiring import Installation
from shouze.wiring.memory import settle_memory

BATCH = 128
MANY = 512
PAGE = b"\0" * 4096
ROW = b"\0" * 300
SAME = f"{SIZE:,} bytes a record, bare driver, {BATCH} a commit"

DOOR = [
    Ratio("G5 read_many(512) / plain SQLite read", "read_many(512)", "plain read", goal=0.40),
    Ratio("   512 releases at once / plain SQLite read", "512 releases at once", "plain read"),
    Ratio("   256 tasks releasing / plain SQLite read", "256 tasks releasing", "plain read"),
    Ratio("   64 tasks releasing / plain SQLite read", "64 tasks releasing", "plain read"),
    Ratio("   1 caller releasing / plain SQLite read", "1 caller releasing", "plain read"),
    Ratio("G6 1 caller releasing / fdatasync of one page", "1 caller releasing", "fdatasync", goal=0.85),
    Ratio("G7 64 tasks releasing / the same, log not written", "64 tasks releasing", "64 tasks, no log", goal=0.80),
    Ratio("G12 64 tasks, SM4 and SM3 / AES and SHA-2", "64 tasks releasing, SM", "64 tasks releasing", goal=0.85),
]  # fmt: skip


def log_ratios(store: str) -> list[Ratio]:
    """Return what is compared of the log on one store."""
    journal, raw = "journal, 256 tasks", f"rows of 300 bytes, {BATCH} a commit"
    return [
        Ratio(f"G4 journal rows / raw rows at batch {BATCH} [{store}]", journal, raw, goal=0.80),
        Ratio(f"   records / their bytes by the bare driver at batch {BATCH} [{store}]", journal, SAME, goal=0.70),
        Ratio(f"   journal rows / ready batches of {BATCH} staged [{store}]", journal, f"staging, {BATCH} a batch"),
    ]


class Nowhere:
    """Staging that keeps nothing: what a release costs without its log being written."""

    async def stage(self, batch: Batch) -> None:
        """Forget the batch."""

    async def find(self, node: int, boot: str, nseq: int) -> tuple[bytes, ...] | None:  # noqa: ARG002 - the port's
        """Find nothing."""
        return None


async def measure_door(home: Path, users: int, rounds: int, seconds: float) -> Comparison:
    """Fill two installations in ``home``, one for each suite, and run every side in turns, memory settled as served."""
    async with AsyncExitStack() as stack:
        opened, subjects = await stack.enter_async_context(filled(home / "aes", Settings(), users))
        sm, others = await stack.enter_async_context(filled(home / "sm", Settings(suite="sm4gcm-sm3"), users))
        read = await stack.enter_async_context(plain_reader(home / "aes", opened.settings))
        floor = os.open(home / "floor", os.O_RDWR | os.O_CREAT, 0o600)
        stack.callback(os.close, floor)
        unwritten = without_log(opened)

        settle_memory()

        async def plain() -> None:
            await read([random.choice(subjects)])

        async def sync() -> None:
            os.pwrite(floor, PAGE, len(PAGE) * random.randrange(256))
            os.fdatasync(floor)

        release = partial(_release, opened.door, subjects)
        sides = {
            "plain read": partial(_run, plain, 1, seconds),
            "fdatasync": partial(_run, sync, 1, seconds),
            "1 caller releasing": partial(_run, release, 1, seconds),
            "64 tasks releasing": partial(_run, release, 64, seconds),
            "256 tasks releasing": partial(_run, release, 256, seconds),
            "512 releases at once": partial(_run, release, 512, seconds),
            f"read_many({MANY})": partial(_run, partial(_read_many, opened.door, subjects), 1, seconds, MANY),
            "64 tasks, no log": partial(_run, partial(_release, unwritten, subjects), 64, seconds),
            "64 tasks releasing, SM": partial(_run, partial(_release, sm.door, others), 64, seconds),
        }
        return await take_turns(f"Within one process, {users:,} users, SQLite", sides, rounds)


async def measure_log(home: Path, settings: Settings, rounds: int, seconds: float) -> Comparison:
    """Compare the journal with raw group commits on the same store, and with the bare driver's of the same bytes."""
    async with AsyncExitStack() as stack:
        opened, _ = await stack.enter_async_context(filled(home, settings, 1))
        database, staging = opened.stores.databases["log"], opened.stores.staging
        async with database.transaction() as transaction:
            kind = "blob" if database.dialect == "sqlite" else "bytea"
            await transaction.execute(f"CREATE TABLE log.raw (n integer PRIMARY KEY, body {kind})")
        record = record_of(opened)
        turns = {
            "journal, 256 tasks": partial(_run, lambda: opened.journal.record(record), 256, seconds),
            f"staging, {BATCH} a batch": partial(
                _run, Staged(staging, await _ready(opened, record)), 1, seconds, BATCH
            ),
            f"rows of 300 bytes, {BATCH} a commit": partial(_run, Rows(database), 1, seconds, BATCH),
            SAME: partial(_run, stack.enter_context(bare_commits(home, settings, BATCH)), 1, seconds, BATCH),
        }
        store = "PostgreSQL" if settings.database else "SQLite"
        return await take_turns(f"The log alone, {store}", turns, rounds)


class Staged:
    """Writes the same ready batch again and again, under a new number."""

    def __init__(self, staging: StoredStaging, batch: Batch) -> None:
        self._staging, self._batch, self._next = staging, batch, 0

    async def __call__(self) -> None:
        """Write one batch."""
        self._next += BATCH
        batch, first = self._batch, self._next
        await self._staging.stage(
            batch._replace(
                boot="ready",
                nseq=first,
                openings=tuple(each._replace(nseq=first + n) for n, each in enumerate(batch.openings)),
                look_ups=tuple(each._replace(nseq=first + n) for n, each in enumerate(batch.look_ups)),
            )
        )


class Rows:
    """Writes plain rows of the size of a leaf, many in a transaction."""

    def __init__(self, database: Database) -> None:
        self._database, self._next = database, 0

    async def __call__(self) -> None:
        """Write one transaction."""
        rows: list[Parameters] = [{"n": self._next + n, "body": ROW} for n in range(BATCH)]
        self._next += BATCH
        async with self._database.transaction() as transaction:
            await transaction.execute_many("INSERT INTO log.raw (n, body) VALUES (:n, :body)", rows)


async def _run(once: Once, tasks: int, seconds: float, each: int = 1) -> Sample:
    """Repeat ``once`` in so many tasks for so long; it counts for ``each``."""
    done, begin = 0, time.perf_counter()
    end = begin + seconds

    async def repeat() -> None:
        nonlocal done
        while time.perf_counter() < end:
            await once()
            done += each

    spent = time.process_time()
    await asyncio.gather(*(repeat() for _ in range(tasks)))
    spent = time.process_time() - spent
    return Sample(done / (time.perf_counter() - begin), 1_000_000 * spent / done)


async def _read_many(door: Door, subjects: list[str]) -> None:
    await door.read_many(CRM, [request_about(subject) for subject in random.choices(subjects, k=MANY)])


async def _release(door: Door, subjects: list[str]) -> None:
    await door.release(CRM, request_about(random.choice(subjects)))


def without_log(opened: Installation) -> Door:
    """Return the door with a journal that keeps nothing."""
    journal = Journal(Nowhere(), opened.clock.now, os.urandom, node=2, boot="nowhere")
    return Door(replace(opened.door.room, journal=journal))


def record_of(opened: Installation) -> Record:
    """Return a record about one user."""
    draft = Draft(
        Who("service", "crm"), Where(), What("read", ("customer-service",), ("name",), 1, "mobile"),
        Verdict("permitted"), {"subject": "a" * 26},
    )  # fmt: skip
    key = RecordKey(opened.ring.suite, 1, os.urandom(opened.ring.suite.key_bytes), os.urandom(32))
    return Record(draft, key)


async def _ready(opened: Installation, record: Record) -> Batch:
    """Return a batch as the journal makes it."""
    batches: list[Batch] = []

    class Catching(Nowhere):
        async def stage(self, batch: Batch) -> None:
            batches.append(batch)

    journal = Journal(Catching(), opened.clock.now, os.urandom, node=3, boot="ready")
    await asyncio.gather(*(journal.record(record) for _ in range(BATCH)))
    return batches[-1]
