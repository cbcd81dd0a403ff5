"""Opens the log apart from the door: to sequence it, to read it, to verify it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import httpx

from shouze.errors import InvalidError, ShouzeError, UnavailableError
from shouze.gateway.clock import SteadyClock
from shouze.language import Text
from shouze.ledger.moments import micros
from shouze.ledger.note import MAX_NOTE, Verifier
from shouze.ledger.verify import MAX_FAULTS, Report
from shouze.sequencer.cosigning import Answered, compare, keep_cosigned, witness_key
from shouze.sequencer.installation import verify_installation
from shouze.sequencer.openings import WithOpenings
from shouze.sequencer.published import PublishedLog
from shouze.sequencer.publishing import keep_published
from shouze.sequencer.rounds import Rounds
from shouze.sequencer.sequencer import Sequencer
from shouze.sequencer.signing_key import LastSigned, open_signing_key, vkey_path
from shouze.settings import Settings
from shouze.store.cosignatures import CosignatureTable
from shouze.store.driver import Database
from shouze.store.log import LogTables
from shouze.store.log_index import StoredPlaces
from shouze.store.log_lock import Lock
from shouze.store.log_reading import LogRows
from shouze.store.record_retention import RecordRetention
from shouze.wiring.preparing import SIGNING_KEY, log_lock, open_stores

WITNESS_SECONDS = 10.0
RETAINING_SECONDS = 3600.0
Failed = Callable[[UnavailableError], None]


class LogRoom(NamedTuple):
    """The log as a verifier sees it: its rows, the lock of its sequencer, its public key."""

    rows: LogRows
    lock: Lock
    verifier: Verifier
    published: PublishedLog
    places: StoredPlaces
    cosignatures: CosignatureTable


class SequencerRoom(NamedTuple):
    """A sequencer alone: its rounds, the log's database, its public key."""

    rounds: Rounds
    database: Database
    verifier: Verifier


@asynccontextmanager
async def sequencer(home: Path, settings: Settings) -> AsyncIterator[SequencerRoom]:
    """Open the sequencer alone, for a process of its own: the signing key is in ``home``, the key ring need not be."""
    signer = open_signing_key(home / SIGNING_KEY)
    stores = open_stores(home, settings, ("log",))
    try:
        database = stores.databases["log"]
        log = LogTables(database, log_lock(home, settings))
        rounds = Rounds(Sequencer(log, signer, LastSigned(home / SIGNING_KEY), SteadyClock().now))
        yield SequencerRoom(rounds, database, signer.verifier())
    finally:
        await stores.close()


@asynccontextmanager
async def open_log(home: Path, settings: Settings) -> AsyncIterator[LogRoom]:
    """Open the log to read it; only the public side of its key is needed."""
    verifier = read_verifier(home)
    stores = open_stores(home, settings, ("log",))
    try:
        database = stores.databases["log"]
        rows = LogRows(database)
        yield LogRoom(
            rows,
            log_lock(home, settings),
            verifier,
            published_log(database),
            StoredPlaces(database),
            CosignatureTable(database),
        )
    finally:
        await stores.close()


async def publishing(
    settings: Settings, database: Database, verifier: Verifier, stop: asyncio.Event, failed: Failed
) -> None:
    """Keep the folder of the setting ``log_folder`` at the newest checkpoint until ``stop`` is set, if one is named."""
    if settings.log_folder:
        await keep_published(published_log(database), verifier, Path(settings.log_folder), stop, failed)
    else:
        await stop.wait()


async def compare_with_witness(
    settings: Settings, database: Database, verifier: Verifier, failed: Callable[[ShouzeError], None]
) -> None:
    """Compare the log with what the witness of the settings shows of it, before anything is signed.

    TamperedError when it was put back or is another; ``failed`` hears why it could not be compared, and
    the log goes on: a witness that is away is no off switch.
    """
    if not settings.witness_url:
        return
    witness_key(settings.witness_vkey)  # a mistake in the settings is told of before anything runs
    name = sha256(verifier.name.encode()).hexdigest()
    try:
        async with _witness() as client:
            status, body = await _answer(client, "GET", _at(settings, f"{name}/checkpoint"))
        if status == httpx.codes.OK:
            await compare(published_log(database), verifier, body)
        elif status != httpx.codes.NOT_FOUND:
            failed(_silent())
    except (InvalidError, UnavailableError) as problem:
        failed(problem)


def _witness() -> httpx.AsyncClient:
    return httpx.AsyncClient(trust_env=False, timeout=WITNESS_SECONDS)


def _at(settings: Settings, path: str) -> str:
    return f"{settings.witness_url.rstrip('/')}/{path}"


async def _answer(client: httpx.AsyncClient, method: str, url: str, content: bytes = b"") -> tuple[int, bytes]:
    """Return status and body of a witness's answer; UnavailableError when there is none, or one without end."""
    body = b""
    try:
        async with asyncio.timeout(WITNESS_SECONDS), client.stream(method, url, content=content) as answer:
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > MAX_NOTE:
                    raise _silent()
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as problem:
        raise _silent() from problem
    return answer.status_code, body


def _silent() -> UnavailableError:
    return UnavailableError(Text("见证人没有回应", "The witness does not answer"), field="witness_url")


async def retaining(
    settings: Settings, database: Database, stop: asyncio.Event, failed: Failed, now: Callable[[], datetime]
) -> None:
    """End records past their retention until ``stop`` is set, looking once an hour; what fails is tried again."""
    retention = RecordRetention(database)
    while not stop.is_set():
        before = (now() - timedelta(days=settings.record_retention_days)).date().isoformat()
        try:
            await retention.end(before)
        except UnavailableError as problem:
            failed(problem)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), RETAINING_SECONDS)


async def cosigning(
    settings: Settings, database: Database, stop: asyncio.Event, failed: Callable[[ShouzeError], None],
    waiting: Callable[[int | None], None] = lambda _since: None,
) -> None:  # fmt: skip
    """Have the witness that the settings name cosign each new checkpoint until ``stop`` is set, if one is named."""
    if not settings.witness_url:
        await stop.wait()
        return
    witness, kept = witness_key(settings.witness_vkey), CosignatureTable(database)
    async with _witness() as client:

        async def send(text: str) -> Answered:
            status, body = await _answer(client, "POST", _at(settings, "add-checkpoint"), text.encode())
            return Answered(status, body.decode("utf-8", "replace"))

        await keep_cosigned(published_log(database), kept, witness, send, stop, failed, waiting)


def published_log(database: Database) -> PublishedLog:
    """Return the published log in the log's database, with what witnesses have cosigned of it."""
    return PublishedLog(LogRows(database), CosignatureTable(database))


def read_verifier(home: Path) -> Verifier:
    """Return the log's public key; InvalidError when its file does not hold one."""
    path = vkey_path(home / SIGNING_KEY)
    if not path.exists():
        return open_signing_key(home / SIGNING_KEY).verifier()
    return Verifier.from_vkey(path.read_text(encoding="utf-8").strip())


async def verify(home: Path, settings: Settings) -> Report:
    """Verify everything that the installation keeps of its log; where a sequencer works, up to its last checkpoint."""
    retained = datetime.now(UTC) - timedelta(days=settings.record_retention_days - 1)
    async with open_log(home, settings) as log:
        still, rows = await log.lock.take(), WithOpenings(log.rows, log.rows, micros(retained))
        try:
            report = await verify_installation(rows, log.verifier, still=still)
            return replace(report, faults=(*report.faults, *rows.faults)[:MAX_FAULTS])
        finally:
            await log.lock.give_back()
