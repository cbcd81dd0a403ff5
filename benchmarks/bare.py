"""Writes the bytes of records with the bare driver, durably: what the product's records are measured against."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from shouze.settings import Settings

SIZE = 1_100
"""Bytes of one record on the disk: leaf, sealed opening, tag."""
_TABLE = "CREATE TABLE IF NOT EXISTS bare (n {}, body {})"

Once = Callable[[], Awaitable[object]]


@contextmanager
def bare_commits(home: Path, settings: Settings, rows: int = 1) -> Iterator[Once]:
    """Lend what writes so many rows durably in one transaction."""
    bodies = [(os.urandom(SIZE),) for _ in range(rows)]
    if settings.database:
        with psycopg.connect(settings.database, autocommit=True) as server:
            server.execute(_TABLE.format("serial PRIMARY KEY", "bytea").encode())

            async def insert() -> None:
                if rows == 1:
                    server.execute("INSERT INTO bare (body) VALUES (%s)", bodies[0], binary=True)
                    return
                with server.transaction(), server.cursor() as cursor:
                    cursor.executemany("INSERT INTO bare (body) VALUES (%b)", bodies)

            yield insert
        return
    with closing(sqlite3.connect(home / "bare.db", isolation_level=None)) as file:
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"):
            file.execute(statement)
        file.execute(_TABLE.format("integer PRIMARY KEY", "blob"))

        async def insert_here() -> None:
            file.execute("BEGIN")
            file.executemany("INSERT INTO bare (body) VALUES (?)", bodies)
            file.execute("COMMIT")

        yield insert_here
