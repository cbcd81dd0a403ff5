"""What a child does while a fault waits for it: records, sequences, publishes and has cosigned, then all of it again.

It speaks on its standard output, a line for each step: ``did STEP`` or ``failed STEP CODE``, ``acknowledged HASH`` for
each record that the journal has called durable, ``signed SIZE`` for each checkpoint, ``end`` when it has come through.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shouze.errors import ShouzeError
from shouze.journal.journal import Journal
from shouze.journal.record import Record, RecordKey
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.ledger.note import COSIGNATURE
from shouze.rules.refusal import RefusedError
from shouze.sequencer.cosigning import Answered, Cosignatures, submit
from shouze.sequencer.published import PublishedLog
from shouze.sequencer.publishing import publish
from shouze.sequencer.sequencer import Sequencer
from shouze.sequencer.signing_key import LastSigned
from shouze.store.cosignatures import CosignatureTable
from shouze.store.driver import Database
from shouze.store.log import LogTables
from shouze.store.log_advisory_lock import AdvisoryLock
from shouze.store.log_lock import FileLock, Lock
from shouze.store.log_reading import LogRows
from shouze.store.postgres import PostgresDatabase
from shouze.store.sqlite import SqliteDatabase
from shouze.store.staging import StoredStaging
from shouze.store.witnessing import WitnessTables
from shouze.vault.suites import AES256GCM_SHA256
from shouze.witness.witness import Witness
from tests.faults.disk import Disk, Fate
from tests.ledger.building import SIGNER, WITNESS

PATIENCE = 20.0
"""Seconds that a store may take on a busy machine."""
KEY = RecordKey(AES256GCM_SHA256, 0, b"k" * 32, tag=b"t" * 32, day="2026-11-27")


@dataclass(frozen=True)
class Order:
    """Where a child works, and which fault its disk has: at the nth write of a call, as ``Armed`` counts them.

    ``home`` holds the log's file, the kept note and the published folder; ``witness`` the witness's tables; ``url`` is
    the log's database where it is not a file; ``call`` is empty where the fault lies elsewhere. A fault that
    hangs is waited for as long as the ``patience``, in seconds.
    """

    home: Path
    witness: Path
    url: str = ""
    call: str = ""
    nth: int = 1
    fate: Fate = "fails"
    error: str = "broken"
    patience: float = PATIENCE


class Armed:
    """A port: the disk's fault waits while its named call is at work."""

    def __init__(self, port: object, disk: Disk | None, order: Order) -> None:
        self._port, self._disk, self._order = port, disk, order

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._port, name)
        if self._disk is None or name != self._order.call:
            return call
        return self._around(call)

    def _around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def plain(*arguments: object) -> Any:
            with _waiting(self._disk, self._order):
                return call(*arguments)

        async def later(*arguments: object) -> Any:
            with _waiting(self._disk, self._order):
                return await call(*arguments)

        return later if asyncio.iscoroutinefunction(call) else plain


class _waiting:  # noqa: N801 - it is used as a function is
    """Arm the disk for what stands within; once only."""

    done = False

    def __init__(self, disk: Disk | None, order: Order) -> None:
        self._disk, self._order = disk, order

    def __enter__(self) -> None:
        if self._disk is not None and not _waiting.done:
            order = self._order
            self._disk.arm(order.fate, order.home, nth=order.nth, error=order.error, tell=1)

    def __exit__(self, *_: object) -> None:
        if self._disk is not None and not _waiting.done:
            _waiting.done = True
            self._disk.heal()


@dataclass(frozen=True)
class Operator:
    """The log of one operator, with all that writes it, and its witness."""

    journal: Journal
    sequencer: Sequencer
    published: PublishedLog
    cosignatures: Cosignatures
    witness: Witness
    database: Database
    folder: Path
    disk: Disk | None
    order: Order

    async def record(self) -> None:
        """Record one handling of a user's telephone number."""
        what = What("read", ("customer-service",), ("phone",), 1, service="mobile")
        draft = Draft(Who("staff", "S-0042"), Where("HQ"), what, Verdict("permitted"), {"subject": "somebody"})
        receipt = await self.journal.record(Record(draft, KEY))
        say(f"acknowledged {receipt.leaf_hash.hex()}")

    async def sequence(self) -> None:
        """Do rounds until nothing is left."""
        while (signed := await self.sequencer.step()) is not None:
            say(f"signed {signed.size}")
        if not self.sequencer.standing.active:
            say("inactive")

    async def publish(self) -> None:
        """Bring the folder to the newest checkpoint."""
        about = self.order if self.order.call == "publish" else None
        with _waiting(self.disk if about else None, self.order):
            await publish(self.published, SIGNER.verifier(), self.folder)

    async def cosign(self) -> None:
        """Have the newest checkpoint cosigned."""
        await submit(self.published, self.cosignatures, WITNESS.verifier(COSIGNATURE), self._send)

    async def _send(self, text: str) -> Answered:
        reply = await self.witness.add_checkpoint(text.encode())
        return Answered(reply.status, reply.body)


@asynccontextmanager
async def at_work(order: Order, disk: Disk | None = None) -> AsyncIterator[Operator]:
    """Open the operator's log for a run of one node."""
    database, lock = _opened(order)
    other = SqliteDatabase(order.witness / "log.db", "log")
    kept = CosignatureTable(database)
    journal = Journal(
        Armed(StoredStaging(database), disk, order), now, os.urandom, node=1, boot=secrets.token_hex(16),
        patience=order.patience,
    )  # fmt: skip
    memory = LastSigned(order.home / "log.key")
    sequencer = Sequencer(Armed(LogTables(database, lock), disk, order), SIGNER, Armed(memory, disk, order), now)
    witness = Witness(WitnessTables(other), WITNESS, now)
    await witness.follow(SIGNER.verifier().vkey)
    yield Operator(
        journal, sequencer, PublishedLog(LogRows(database), kept), Armed(kept, disk, order), witness, database,
        order.home / "public", disk, order,
    )  # fmt: skip
    await sequencer.release()
    await database.close()
    await other.close()


def _opened(order: Order) -> tuple[Database, Lock]:
    if order.url:
        return PostgresDatabase(order.url, patience=order.patience), AdvisoryLock(order.url, patience=order.patience)
    return SqliteDatabase(order.home / "log.db", "log", patience=order.patience), FileLock(order.home / "log.lock")


async def work(order: Order, disk: Disk | None) -> None:
    """Do every step twice; what fails is told, and the next step tried."""
    async with at_work(order, disk) as operator:
        for _ in range(2):
            for step in (operator.record, operator.record, operator.sequence, operator.publish, operator.cosign):
                await _try(step.__name__, step)
        say("end")


async def _try(name: str, step: Callable[[], Awaitable[None]]) -> None:
    try:
        await step()
    except RefusedError as problem:
        say(f"failed {name} {problem.refusal.code}")
    except ShouzeError as problem:
        say(f"failed {name} {problem.kind.code}")
    else:
        say(f"did {name}")


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def say(line: str) -> None:
    """Write a line at once, whole."""
    os.write(1, f"{line}\n".encode())
