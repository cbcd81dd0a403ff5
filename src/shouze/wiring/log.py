"""Opens the log apart from the door: to sequence it, to read it, to verify it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import httpx

from shouze.errors import ConflictError, InvalidError, ShouzeError, TamperedError, UnavailableError
from shouze.gateway.clock import SteadyClock
from shouze.language import Text
from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.moments import micros
from shouze.ledger.note import MAX_NOTE, Verifier
from shouze.ledger.portable import PortableProof
from shouze.sequencer.cosigning import Answered, Send, ToCosign, compare, keep_cosigned, put_back, witness_key
from shouze.sequencer.finding import prove
from shouze.sequencer.ports import StoredShard
from shouze.sequencer.published import PublishedLog
from shouze.sequencer.publishing import Shown, keep_published
from shouze.sequencer.rounds import Rounds
from shouze.sequencer.signing_key import open_signing_key, vkey_path
from shouze.sequencer.turning import planned
from shouze.settings import Settings
from shouze.store.cosignatures import CosignatureTable
from shouze.store.driver import Database
from shouze.store.log_index import StoredPlaces
from shouze.store.log_lock import Lock
from shouze.store.log_reading import LogRows
from shouze.store.log_shards import StoredShards
from shouze.store.record_retention import RecordRetention
from shouze.store.shard_retention import ShardRetention
from shouze.wiring.clocks import check_clock
from shouze.wiring.preparing import SIGNING_KEY, log_lock, open_stores, signing_keys
from shouze.wiring.shards import ShardRoom, sequencer_of, shard_rooms

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
    shards: tuple[ShardRoom, ...]
    """All logs, first to last; the fields above are the last one's."""


class SequencerRoom(NamedTuple):
    """A sequencer alone: its rounds, the log's database, its public key."""

    rounds: Rounds
    database: Database
    verifier: Verifier


@asynccontextmanager
async def sequencer(home: Path, settings: Settings) -> AsyncIterator[SequencerRoom]:
    """Open the sequencer alone, for a process of its own: the signing key is in ``home``, the key ring need not be."""
    stores = open_stores(home, settings, ("log",))
    try:
        database = stores.databases["log"]
        await check_clock(database)
        made, signer = sequencer_of(home, settings, database, log_lock(home, settings), SteadyClock().now)
        yield SequencerRoom(Rounds(made), database, signer.verifier())
    finally:
        await stores.close()


@asynccontextmanager
async def open_log(home: Path, settings: Settings) -> AsyncIterator[LogRoom]:
    """Open the log to read it; only the public side of its key is needed."""
    verifier = read_verifier(home)
    stores = open_stores(home, settings, ("log",))
    try:
        database = stores.databases["log"]
        shards = await shard_rooms(database, verifier)
        last = shards[-1]
        yield LogRoom(
            last.rows, log_lock(home, settings), last.verifier, last.published, last.places, last.cosignatures,
            tuple(shards),
        )  # fmt: skip
    finally:
        await stores.close()


async def publishing(
    settings: Settings, database: Database, verifier: Verifier, stop: asyncio.Event, failed: Failed
) -> None:
    """Keep the folder of the setting ``log_folder`` at the newest checkpoint until ``stop`` is set, if one is named."""
    if settings.log_folder:

        async def logs() -> list[Shown]:
            return shown_in(Path(settings.log_folder), await shard_rooms(database, verifier))

        await keep_published(logs, stop, failed)
    else:
        await stop.wait()


def shown_in(folder: Path, rooms: Sequence[ShardRoom]) -> list[Shown]:
    """Return where each log is shown: the first in the folder itself, later ones below it, under their labels."""
    return [
        Shown(each.published, each.verifier, folder / each.stored.label, each.stored.deleted is not None)
        for each in rooms
    ]


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
    rooms = await shard_rooms(database, verifier)
    try:
        async with _witness() as client:
            for room in rooms[-2:]:
                seen = await _shown_by_witness(client, settings, room.verifier, failed)
                if seen and room.stored.deleted is None:
                    await compare(room.published, room.verifier, seen)
            for key in await next_keys(database, rooms[-1].stored):
                seen = await _shown_by_witness(client, settings, key, failed)
                if seen and (size := _signed_size(seen, key)):
                    raise put_back(size)
    except (InvalidError, UnavailableError) as problem:
        failed(problem)


def _signed_size(note: bytes, key: Verifier) -> int:
    """Return the size of a checkpoint; InvalidError when that log has not signed it: then it proves nothing."""
    try:
        return open_checkpoint(note, [key])[0].size
    except TamperedError as problem:
        raise InvalidError(problem.detail, field="witness") from None


async def next_keys(database: Database, here: StoredShard) -> list[Verifier]:
    """Return the keys of logs that do not stand here yet, and may have begun before the tables were put back."""
    shards = await StoredShards(database).all()
    if not shards:
        return []
    likely = planned(shards, here, micros(datetime.now(UTC)))
    return [Verifier.from_vkey(each.vkey) for each in (*shards, likely) if each.number > here.number]


async def _shown_by_witness(
    client: httpx.AsyncClient, settings: Settings, key: Verifier, failed: Callable[[ShouzeError], None]
) -> bytes:
    """Return the newest checkpoint of a log that the witness shows; empty where it follows none such, or says not."""
    name = sha256(key.name.encode()).hexdigest()
    status, body = await _answer(client, "GET", _at(settings, f"{name}/checkpoint"))
    if status not in {httpx.codes.OK, httpx.codes.NOT_FOUND}:
        failed(_silent())
    return body if status == httpx.codes.OK else b""


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
    retention, shards = RecordRetention(database), ShardRetention(database)
    while not stop.is_set():
        before = (now() - timedelta(days=settings.record_retention_days)).date().isoformat()
        try:
            await check_clock(database)
            await retention.end(before)
            await shards.end()
        except UnavailableError as problem:
            failed(problem)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), RETAINING_SECONDS)


async def cosigning(
    settings: Settings, database: Database, verifier: Verifier, stop: asyncio.Event,
    failed: Callable[[ShouzeError], None], waiting: Callable[[int | None], None] = lambda _since: None,
) -> None:  # fmt: skip
    """Have the witness that the settings name cosign each new checkpoint until ``stop`` is set, if one is named."""
    if not settings.witness_url:
        await stop.wait()
        return
    witness = witness_key(settings.witness_vkey)
    async with _witness() as client:

        async def post(path: str, text: str) -> Answered:
            status, body = await _answer(client, "POST", _at(settings, path), text.encode())
            return Answered(status, body.decode("utf-8", "replace"))

        async def logs() -> list[ToCosign]:
            return await to_cosign(await shard_rooms(database, verifier), witness, partial(post, "add-successor"))

        await keep_cosigned(logs, witness, partial(post, "add-checkpoint"), stop, failed, waiting)


async def unwitnessed(settings: Settings, database: Database, waiting: Callable[[int | None], None]) -> None:
    """Say to ``waiting`` since when the log waits for the witness of the settings, as its tables tell a gateway."""
    if settings.witness_vkey and settings.witness_hours:
        waiting(await CosignatureTable(database).waiting(witness_key(settings.witness_vkey).vkey))


async def to_cosign(rooms: Sequence[ShardRoom], witness: Verifier, hand: Send | None = None) -> list[ToCosign]:
    """Return the present log, behind the one before where this witness follows that; ``hand`` brings a hand-over."""
    before, present = rooms[-2:-1], rooms[-1]
    found = [each for each in before if each.stored.deleted is None and await each.cosignatures.newest(witness.vkey)]

    async def introduce() -> bool:
        if hand is None or not before or before[0].stored.deleted is not None:
            return False
        return (await hand((await hand_over(before[0])).text())).status == httpx.codes.OK

    return [ToCosign(each.published, each.cosignatures, introduce) for each in (*found, present)]


async def hand_over(room: ShardRoom) -> PortableProof:
    """Return the proof of a log's last leaf, which names the next log; ConflictError before it was turned."""
    if room.stored.ended is None:
        remedy = Text("先运行 shouze log turn", "Run shouze log turn first")
        raise ConflictError(Text("该日志还没有移交", "The log was not handed over yet"), field="log", remedy=remedy)
    return await prove(room.published, room.verifier, (await room.published.checkpoint()).size - 1)


def read_verifier(home: Path) -> Verifier:
    """Return the log's public key; InvalidError when its file does not hold one."""
    path = vkey_path(home / SIGNING_KEY)
    if not path.exists():
        return open_signing_key((signing_keys(home) or [home / SIGNING_KEY])[0]).verifier()
    return Verifier.from_vkey(path.read_text(encoding="utf-8").strip())
