"""Measures how many records of use a second are appended, beside plain rows, and where the time goes.

Both sides take turns in one run on the same database: the door appends batches of 10,000 records; the plain side writes
the same records as rows of a table of its own, one transaction a batch (COPY on PostgreSQL).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import msgspec
import psycopg
from borrowed import postgres
from measuring import Ratio, Result

from shouze import wiring
from shouze.gateway.asking import Visitor
from shouze.gateway.collect import new_subject_id
from shouze.gateway.usage import append, sorting
from shouze.gateway.usage.asking import MOST, UsageBatch, UsageRecord
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.rules.entries import PolicyFile
from shouze.rules.standing import Consent, Standing
from shouze.rules.use import Actor, ground_of
from shouze.settings import Settings
from shouze.store.driver import Row
from shouze.store.formats import KNOWN
from shouze.store.standing_form import write_standing

FEED = Visitor(Actor("service", "feed"))
SERVICE, PURPOSE = "mobile", "network-quality"
ITEMS = ("cell-id", "session", "traffic")
GOAL = 50_000
"""Records a second, of users who appear with several records in a batch."""
PLAIN = "CREATE TABLE plain_usage (subject text, at bigint, cell text, session text, traffic text)"
PLAIN_INDEX = "CREATE INDEX plain_usage_place ON plain_usage (subject, at)"
_BOTH = {"zh": "量度", "en": "For measuring"}

Write = Callable[[UsageBatch], Awaitable[None]]


class Round(NamedTuple):
    """Records a second of both sides in one round, and microseconds of this process for each record at the door."""

    door: float
    plain: float
    cpu: float


class Measured(NamedTuple):
    """One run: its rounds, and the share of the door's time by part."""

    title: str
    rounds: list[Round]
    parts: dict[str, float]


def main(arguments: list[str] | None = None) -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description="Measure appending records of use.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--subjects", type=int, nargs="+", default=[500, 1_000, 10_000], help="subjects in a batch")
    parser.add_argument("--records", type=int, default=MOST, help="records in a batch")
    parser.add_argument("--only", choices=("sqlite", "postgres"))
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="shouze-usage-") as folder:
        wanted = given.rounds, given.subjects, given.records, given.only
        for measured in asyncio.run(measure_all(Path(folder), *wanted)):
            print(f"{write_measured(measured)}\n")


async def measure_all(
    folder: Path, rounds: int, subjects: list[int], records: int, only: str | None = None
) -> list[Measured]:
    """Measure every number of subjects a batch on each store."""
    measured = []
    for store in ("sqlite", "postgres"):
        if only in {None, store}:
            with _database(store) as settings:
                for each in subjects:
                    home = folder / f"{store}-{each}"
                    measured.append(await measure(home, settings, each, rounds, records, store))
    return measured


async def measure(home: Path, settings: Settings, subjects: int, rounds: int, records: int, store: str) -> Measured:
    """Append ``rounds`` batches about so many subjects on each side; a first batch, which makes the keys, is apart."""
    async with _filled(home, settings, subjects) as (opened, known):
        write, parts = _plain_writer(home, settings), dict[str, float]()
        batches = [_batch(known, records, number) for number in range(rounds + 1)]
        began = time.perf_counter()
        await opened.door.append_usage(FEED, batches[0])
        first = records / (time.perf_counter() - began)
        taken = []
        with _parts(opened) as spent:
            for number, batch in enumerate(batches[1:]):
                sides = [_timed(write(batch)), _timed(_append(opened, batch))]
                turn = sides if number % 2 == 0 else sides[::-1]
                spans = [await each for each in turn]
                (plain, _), (door, cpu) = spans if number % 2 == 0 else spans[::-1]
                taken.append(Round(records / door, records / plain, cpu * 1_000_000 / records))
            parts = {name: seconds / len(taken) / (records / median(each.door for each in taken))
                     for name, seconds in sorted(spent.items(), key=lambda pair: -pair[1])}  # fmt: skip
        title = f"{store}: {subjects:,} subjects, {records:,} records a batch; the first, with new keys: {first:,.0f}/s"
        return Measured(title, taken, parts)


def write_measured(measured: Measured) -> str:
    """Return the medians and the shares as lines of text."""
    door, plain = (sorted(getattr(each, side) for each in measured.rounds) for side in ("door", "plain"))
    lines = [measured.title]
    for name, sample in (("appended through the door", door), ("plain rows", plain)):
        lines.append(f"  {name:<28}{median(sample):>10,.0f}/s ({sample[0]:,.0f}..{sample[-1]:,.0f})")
    cpu = median(each.cpu for each in measured.rounds)
    lines.append(f"  ratio {median(each.door / each.plain for each in measured.rounds):.2f}, cpu {cpu:.1f} us a record")
    lines += [f"    {name:<26}{share:>6.0%}" for name, share in measured.parts.items()]
    return "\n".join(lines)


def results(measured: Measured) -> list[Result]:
    """Return records a second, and the ratio to plain rows."""
    rates, ratios = [each.door for each in measured.rounds], [each.door / each.plain for each in measured.rounds]
    told = measured.title.split(", ")[0]
    return [
        Result(Ratio(f"usage, records a second [{told}]", "door", "", goal=GOAL), *_spread(rates)),
        Result(Ratio(f"usage, records / plain rows [{told}]", "door", "plain"), *_spread(ratios)),
    ]


def _spread(sample: list[float]) -> tuple[float, float, float]:
    return median(sample), min(sample), max(sample)


async def _append(opened: wiring.Installation, batch: UsageBatch) -> None:
    done = await opened.door.append_usage(FEED, batch)
    assert done.appended == len(batch.records), done


async def _timed(work: Awaitable[None]) -> tuple[float, float]:
    """Return the seconds that passed, and those of them that this process worked."""
    began, worked = time.perf_counter(), time.process_time()
    await work
    return time.perf_counter() - began, time.process_time() - worked


@contextmanager
def _parts(opened: wiring.Installation) -> Iterator[dict[str, float]]:
    """Count the seconds that each part of an append takes, by standing before its functions."""
    spent: dict[str, float] = defaultdict(float)
    store: Any = opened.stores.usage
    keys: Any = opened.stores.keys
    places: list[tuple[Any, str, str]] = [
        (store, "look_up", "find (one statement)"), (store, "append", "write (one transaction)"),
        (keys, "fetch_many", "fetch keys (one statement)"), (append, "normal_records", "normal forms"),
        (append, "_seal", "seal"), (append, "_tags", "tags"), (append, "owners", "sort by subject"),
        (append, "keys_for", "keys, with fetching them"), (sorting, "note_all", "record"),
        (append, "decide_all", "decide, with recording"),
    ]  # fmt: skip
    before = [(place, name, getattr(place, name)) for place, name, _ in places]
    for place, name, label in places:
        setattr(place, name, _counting(getattr(place, name), spent, label))
    try:
        yield spent
    finally:
        for place, name, function in before:
            setattr(place, name, function)


def _counting(function: Any, spent: dict[str, float], label: str) -> Any:
    if not asyncio.iscoroutinefunction(function):

        def counted(*args: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*args)
            finally:
                spent[label] += time.perf_counter() - began

        return counted

    async def awaited(*args: Any) -> Any:
        began = time.perf_counter()
        try:
            return await function(*args)
        finally:
            spent[label] += time.perf_counter() - began

    return awaited


@asynccontextmanager
async def _filled(
    home: Path, settings: Settings, subjects: int
) -> AsyncIterator[tuple[wiring.Installation, list[str]]]:
    """Open an installation with so many users who agreed; the plain table stands beside it."""
    wiring.prepare(home, settings)
    async with wiring.installation(home, settings) as opened:
        await _publish(opened)
        known = [new_subject_id(os.urandom(16)) for _ in range(subjects)]
        ground = ground_of(SERVICE, PURPOSE)
        consent = Consent(1, frozenset(ITEMS), datetime.now(UTC) - timedelta(days=30), "ticked", "app")
        standing = write_standing(Standing(services={SERVICE: None}, consents={ground: consent}), KNOWN.newest)
        rows: list[Row] = [(subject, 1, standing) for subject in known]
        async with opened.stores.databases["custody"].transaction() as custody:
            await custody.insert_many("custody.subject", ("id", "revision", "standing"), rows)
        if settings.database:
            with psycopg.connect(settings.database, autocommit=True) as server:
                server.execute("DROP TABLE IF EXISTS plain_usage")
                for sql in (PLAIN, PLAIN_INDEX, "VACUUM ANALYZE"):
                    server.execute(sql.encode())
        else:
            with closing(_file(home)) as file:
                file.execute(PLAIN)
                file.execute(PLAIN_INDEX)
        yield opened, known


def _plain_writer(home: Path, settings: Settings) -> Write:
    async def to_server(batch: UsageBatch) -> None:
        async with await psycopg.AsyncConnection.connect(settings.database) as server:
            sql = b"COPY plain_usage FROM STDIN (FORMAT BINARY)"
            async with server.cursor() as cursor, cursor.copy(sql) as copy:
                copy.set_types(["text", "int8", "text", "text", "text"])
                for row in _rows(batch):
                    await copy.write_row(row)

    async def to_file(batch: UsageBatch) -> None:
        with closing(_file(home)) as file, file:
            file.executemany("INSERT INTO plain_usage VALUES (?, ?, ?, ?, ?)", list(_rows(batch)))

    return to_server if settings.database else to_file


def _rows(batch: UsageBatch) -> Iterator[tuple[Any, ...]]:
    for record in batch.records:
        yield record.subject, int(record.at.timestamp() * 1_000_000), *(record.items[item] for item in ITEMS)


def _file(home: Path) -> sqlite3.Connection:
    file = sqlite3.connect(home / "plain.db")
    file.execute("PRAGMA journal_mode=WAL")
    file.execute("PRAGMA synchronous=FULL")
    return file


def _batch(subjects: list[str], records: int, number: int) -> UsageBatch:
    """Return a batch as a feed would send it: read from JSON, records in order of time, users mixed."""
    now = datetime.now(UTC) - timedelta(minutes=number + 1)
    lines = [
        {
            "subject": subjects[n % len(subjects)],
            "at": (now + timedelta(milliseconds=n)).isoformat(),
            "items": {
                "cell-id": f"460-00-{random.randrange(2_000):04}-{random.randrange(8)}",
                "session": f"{random.getrandbits(64):016x}",
                "traffic": str(random.randrange(1 << 24)),
            },
        }
        for n in range(records)
    ]  # fmt: skip
    random.shuffle(lines)
    read = msgspec.json.decode(json.dumps(lines), type=tuple[UsageRecord, ...])
    return UsageBatch(service=SERVICE, purpose=PURPOSE, records=read, name=f"{os.urandom(8).hex()}")


async def _publish(opened: wiring.Installation) -> None:
    document, lines = read_document(json.dumps(_declaration()).encode(), DeclarationFile)
    await opened.publisher.declare(document, lines, "bench")
    grants = [{"services": [SERVICE], "actions": ["collect"], "purposes": [PURPOSE]}]
    policy = {"format": "shouze-policy/1", "accounts": [{"id": "feed", "name": _BOTH, "grants": grants}]}
    await opened.publisher.apply(msgspec.convert(policy, PolicyFile), "bench")
    await opened.door.refresh()


def _declaration() -> dict[str, Any]:
    items = [{"item": item, "need": "necessary", "because": _BOTH, "refusal": _BOTH} for item in ITEMS]
    purpose = {
        "id": PURPOSE, "name": _BOTH, "means": ["collect", "read"], "how": _BOTH, "ground": "consent",
        "necessary": True, "retention": {"counted_from": "collection", "period": "P90D"}, "items": items,
    }  # fmt: skip
    channels = {"enquiry": _BOTH, "correction": _BOTH}
    service = {"service": SERVICE, "name": _BOTH, "channels": channels, "purposes": [purpose]}
    operator = {"name": _BOTH, "authority": _BOTH, "contact": _BOTH, "licence": "B1-20260000"}
    return {"format": "shouze-declaration/1", "operator": operator, "services": [service]}


@contextmanager
def _database(store: str) -> Iterator[Settings]:
    if store == "sqlite":
        yield Settings()
        return
    reservation = postgres.Reservation()
    try:
        with postgres.database() as url:
            yield Settings(database=url)
    finally:
        reservation.end()


if __name__ == "__main__":
    main()
