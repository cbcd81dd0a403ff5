"""Compares the bytes that users take behind the door with the bytes of plain rows of the same values.

Two shapes: ten items of 953 bytes together, and eight short ones as in a subscriber file. What is held (standing,
sealed values, wrapped keys) is laid beside the plain rows; what users are found by (indexes on both sides, and the
door's bindings and lists, which are its indexes) and the log are told apart.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import population
import psycopg
import subscribers
from measuring import Ratio, Result

from shouze import wiring
from shouze.gateway.arriving import Arrival, Mark
from shouze.gateway.asking import Request
from shouze.rules.standing import Consent
from shouze.settings import Settings
from shouze.store.intake import StoredRuns

HELD = ("custody.subject", "custody.subject_value", "keys.subject_key")
FOUND_BY = ("custody.binding", "custody.service_user")
BATCH = 1000
GOAL = 2.0
_COLUMNS = ", ".join(f'"{item}" text NOT NULL' for item in subscribers.ITEMS)
_PLAIN = (
    f"CREATE TABLE person (id text PRIMARY KEY, {_COLUMNS})",
    'CREATE UNIQUE INDEX person_phone ON person (phone)',
    'CREATE INDEX person_id_number ON person ("id-number")',
)  # fmt: skip
_SIZES = """
SELECT n.nspname || '.' || c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname IN ('public', 'custody', 'keys', 'log')
"""
_PAGES = """
SELECT s.type, s.tbl_name, sum(d.pgsize) FROM dbstat AS d JOIN sqlite_schema AS s ON s.name = d.name
GROUP BY s.type, s.tbl_name
"""

Sizes = dict[str, tuple[int, int]]
"""Bytes of each table (``schema.name``) and of its indexes."""


class Space(NamedTuple):
    """Bytes that one user takes: rows and their indexes on each side, and the door's log."""

    title: str
    users: int
    plain: float
    plain_indexes: float
    held: float
    found_by: float
    log: float
    tables: dict[str, tuple[float, float]]
    """Bytes of each of the door's tables that grow with users, and of its indexes."""


@asynccontextmanager
async def ten_items(home: Path, settings: Settings, users: int) -> AsyncIterator[None]:
    """Fill both sides with users of ten items, about 1 KB each, who are found by their id."""
    async with population.filled(home, settings, users):
        yield


@asynccontextmanager
async def eight_items(home: Path, settings: Settings, users: int) -> AsyncIterator[None]:
    """Fill both sides with subscribers, taken in as an import does."""
    wiring.prepare(home, settings)
    async with wiring.installation(home, settings) as opened:
        await subscribers.publish(opened)
        await _take_in(opened, users)
    _fill_plain(home, settings, users)
    population.settle(home, settings)
    yield


SHAPES: dict[str, Callable[[Path, Settings, int], AbstractAsyncContextManager[None]]] = {
    "10 items, 953 bytes": ten_items,
    "8 short items": eight_items,
}


async def measure(home: Path, settings: Settings, users: int) -> list[Space]:
    """Return what users of both shapes take on one store."""
    store = "PostgreSQL" if settings.database else "SQLite"
    found = []
    for number, (shape, fill) in enumerate(SHAPES.items()):
        place = home / str(number)
        async with fill(place, settings, users):
            found.append(_space(f"{store}, {shape}", users, sizes_of(place, settings)))
        if settings.database:
            _empty(settings)
    return found


def results(measured: Iterable[Space]) -> list[Result]:
    """Return the ratios: what is held to the plain rows, and everything to everything."""
    found = []
    for each in measured:
        rows = each.held / each.plain
        whole = (each.held + each.found_by) / (each.plain + each.plain_indexes)
        names = (f"space, held / plain rows [{each.title}]", f"      with what finds users [{each.title}]")
        found += [
            Result(Ratio(names[0], "held", "plain", goal=GOAL, at_least=False), rows, rows, rows),
            Result(Ratio(names[1], "held", "plain"), whole, whole, whole),
        ]
    return found


def write(measured: Iterable[Space]) -> str:
    """Return the bytes of each side for one user as lines of text."""
    lines = [f"{'bytes for one user':<34}{'plain':>8}{'indexes':>9}{'held':>8}{'found by':>10}{'log':>7}"]
    for each in measured:
        numbers = (
            f"{each.plain:>8,.0f}{each.plain_indexes:>9,.0f}{each.held:>8,.0f}{each.found_by:>10,.0f}{each.log:>7,.0f}"
        )
        lines.append(f"{each.title:<34}{numbers}")
        lines += [
            f"  {table:<32}{'':17}{rows:>8,.0f}{indexes:>10,.0f}" for table, (rows, indexes) in each.tables.items()
        ]
    return "\n".join(lines)


def sizes_of(home: Path, settings: Settings) -> Sizes:
    """Return the bytes of every table."""
    if settings.database:
        with psycopg.connect(settings.database) as server:
            return {name: (rows, indexes) for name, rows, indexes in server.execute(_SIZES.encode())}
    sizes: Sizes = {}
    for schema, name in (
        *((each, f"{each}.db") for each in ("custody", "keys", "log")),
        ("public", population.PLAIN_FILE),
    ):
        with closing(sqlite3.connect(home / name)) as file:
            for kind, table, pages in file.execute(_PAGES):
                rows, indexes = sizes.get(f"{schema}.{table}", (0, 0))
                more = (pages, 0) if kind == "table" else (0, pages)
                sizes[f"{schema}.{table}"] = (rows + more[0], indexes + more[1])
    return sizes


def _space(title: str, users: int, sizes: Sizes) -> Space:
    held = sum(sizes[table][0] for table in HELD)
    found_by = sum(sizes[table][1] for table in HELD) + sum(sum(sizes[table]) for table in FOUND_BY)
    log = sum(sum(each) for table, each in sizes.items() if table.startswith("log."))
    tables = {table: (sizes[table][0] / users, sizes[table][1] / users) for table in (*HELD, *FOUND_BY)}
    plain, indexes = sizes["public.person"]
    return Space(title, users, plain / users, indexes / users, held / users, found_by / users, log / users, tables)


async def _take_in(opened: wiring.Installation, users: int) -> None:
    runs = StoredRuns(opened.stores.databases["custody"])
    run = await runs.begin(secrets.token_hex(16), secrets.token_hex(13), opened.clock.now())
    consent = Consent(1, frozenset(subscribers.ITEMS), subscribers.SINCE, "contract", "shop")
    request = Request(service=subscribers.SERVICE, purposes=(subscribers.PURPOSE,), action="collect")
    people = enumerate(subscribers.subscribers(users), 1)
    while batch := list(islice(people, BATCH)):
        arrivals = [
            Arrival(row, values, {subscribers.PURPOSE: consent}, subscribers.IDENTIFIERS) for row, values in batch
        ]
        arrived = await opened.door.take_in(
            subscribers.VISITOR, request, arrivals, Mark(run.id, batch[-1][0], b"{}"), opened.clock.now()
        )
        assert {each.kind for each in arrived} == {"new"}, arrived[0]


def _fill_plain(home: Path, settings: Settings, users: int) -> None:
    rows = ((secrets.token_hex(13), *values.values()) for values in subscribers.subscribers(users))
    if settings.database:
        with psycopg.connect(settings.database) as server:
            for statement in _PLAIN:
                server.execute(statement.encode())
            with server.cursor().copy("COPY person FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        return
    with closing(population.plain_file(home)) as file, file:
        for statement in _PLAIN:
            file.execute(statement)
        file.executemany(f"INSERT INTO person VALUES ({', '.join('?' * (len(subscribers.ITEMS) + 1))})", rows)


def _empty(settings: Settings) -> None:
    """Rid the database of everything, for the next shape."""
    with psycopg.connect(settings.database, autocommit=True) as server:
        server.execute("DROP TABLE person")
        for schema in ("custody", "keys", "log"):
            server.execute(f"DROP SCHEMA {schema} CASCADE".encode())
