"""A pool of PostgreSQL connections on which every wait is bounded.

Imported only where a PostgreSQL URL is used: psycopg is an extra.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from shouze.store import formats
from shouze.store.arrays import copied, with_arrays
from shouze.store.driver import (
    NOTHING,
    PARAMETER,
    PATIENCE,
    Dialect,
    Parameters,
    Row,
    Step,
    duplicate,
    malformed,
    unavailable,
)
from shouze.store.prepared import Prepared

CONNECTIONS = 8
"""How many connections one process keeps at most."""

_COMPRESS = """
SELECT set_config(name, 'lz4', false) FROM pg_settings
WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)
"""
_AT_ONCE = 256 * 1024
"""Bytes of a COPY that are handed over at once."""


class Connection(psycopg.AsyncConnection[Row]):
    """A connection that hangs up where psycopg would ask a server to cancel, and wait for it, when its caller goes."""

    def __init__(self, *given: Any, **named: Any) -> None:
        """Be made as psycopg makes it."""
        super().__init__(*given, **named)
        self.prepared = Prepared()

    async def cancel_safe(self, *, timeout: float = 0) -> None:  # noqa: ASYNC109, ARG002  # the name is psycopg's
        """Hang up: a server that does not answer would not answer this either."""
        _cut(self)


class PostgresDatabase:
    """A pool, opened by the first use, for one event loop; once closed, it stays unavailable."""

    dialect: Dialect = "postgres"

    def __init__(self, url: str, *, patience: float = PATIENCE, connections: int = CONNECTIONS) -> None:
        """Keep the URL; nothing is connected yet."""
        self._patience = patience
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            url,
            connection_class=Connection,
            kwargs=connection_settings(patience, f"shouze/{formats.KNOWN.newest}"),  # finishing an upgrade asks for it
            min_size=1,
            max_size=connections,
            timeout=patience,
            reconnect_timeout=patience,
            configure=self._configure,
            open=False,
        )

    async def _configure(self, connection: Connection) -> None:
        """Have what is long compressed by LZ4 where the server can: as its own way is, half of a batch's time went."""
        with _bounded(connection, self._patience):
            await connection.execute(_COMPRESS)

    async def fetch(self, sql: str, parameters: Parameters = NOTHING) -> list[Row]:
        """Return all rows of one reading statement."""
        async with self._connection() as connection:
            answer = await connection.prepared.run(connection, sql, parameters)
            return answer.rows if answer else await _fetch(connection, sql, parameters)

    async def read_all(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Return the rows of each reading statement, all in one snapshot."""
        async with self._connection() as connection, connection.transaction():
            await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return [await _fetch(connection, sql, parameters) for sql, parameters in steps]

    async def execute(self, sql: str, parameters: Parameters = NOTHING) -> int:
        """Write one statement as its own transaction."""
        async with self._connection() as connection:
            answer = await connection.prepared.run(connection, sql, parameters)
            return answer.touched if answer else await _execute(connection, sql, parameters)

    async def execute_returning(self, sql: str, parameters: Parameters = NOTHING) -> list[Row]:
        """Write one statement as its own transaction."""
        return await self.fetch(sql, parameters)

    async def write_all(self, steps: Sequence[Step]) -> None:
        """Write the steps in one transaction, without waiting for the server between them.

        What is sent up to the pipeline's end is one transaction, which that end commits. A BEGIN and COMMIT around it
        would wait for answers first: a line that goes silent in between left the rows locked at the server.
        """
        async with self._connection() as connection, connection.pipeline():
            for sql, parameters in steps:
                await connection.execute(_translated(sql), parameters)

    @asynccontextmanager
    async def transaction(self, *, grouped: bool = False) -> AsyncIterator[PostgresTransaction]:  # noqa: ARG002 - the port's
        """Run what stands within as one READ COMMITTED transaction, bounded as a whole."""
        async with self._connection() as connection, connection.transaction():
            yield PostgresTransaction(connection)

    async def settle(self) -> None:
        """Do nothing: the server's files, its log and its backups lose a row within the erasure bound."""

    async def close(self) -> None:
        """Close the pool."""
        await self._pool.close()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        with _told():
            if self._pool.closed:
                await self._pool.open()
            # Statements commit themselves, and so does what a transaction holds: the pool has nothing to commit.
            connection = await self._pool.getconn()
            try:
                with _bounded(connection, self._patience):
                    yield connection
            finally:
                await self._pool.putconn(connection)


class PostgresTransaction:
    """Statements on one connection in a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, parameters: Parameters = NOTHING) -> list[Row]:
        """Return all rows."""
        return await _fetch(self._connection, sql, parameters)

    async def execute(self, sql: str, parameters: Parameters = NOTHING) -> int:
        """Write; return the number of rows touched."""
        return await _execute(self._connection, sql, parameters)

    async def insert_many(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Write rows with COPY in its binary form."""
        if not rows:
            return
        sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
        async with self._connection.cursor() as cursor, cursor.copy(sql.encode()) as copy:
            for start in range(0, len(content := copied(rows)), _AT_ONCE):
                await copy.write(content[start : start + _AT_ONCE])

    async def execute_many(self, sql: str, rows: Sequence[Parameters]) -> None:
        """Write once for each row, sent in one go."""
        if rows:
            async with self._connection.cursor() as cursor:
                await cursor.executemany(_translated(sql), rows)


def connection_settings(patience: float, name: str) -> dict[str, Any]:
    """Return connection settings: UTC, durable commits, and bounds that the server keeps by itself.

    A statement gets a little less than the patience. Where a client or its network is gone without a word, the server
    ends its session, with all that it locks, after some patiences, in place of the system's hours.
    """
    bound, beat = int(patience * 750), max(1, int(patience))
    options = {
        "timezone": "UTC",
        "statement_timeout": bound,
        "idle_in_transaction_session_timeout": 2 * bound,
        "synchronous_commit": "on",
        "tcp_keepalives_idle": beat,
        "tcp_keepalives_interval": beat,
        "tcp_keepalives_count": 3,
        "tcp_user_timeout": 4000 * beat,
    }
    return {
        "autocommit": True,
        "context": with_arrays(psycopg.adapters),
        "application_name": name,
        "connect_timeout": max(2, int(patience)),
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
    }


async def _fetch(connection: Connection, sql: str, parameters: Parameters) -> list[Row]:
    cursor = await connection.execute(_translated(sql), parameters, binary=True)
    return await cursor.fetchall()


async def _execute(connection: Connection, sql: str, parameters: Parameters) -> int:
    return (await connection.execute(_translated(sql), parameters)).rowcount


@cache
def _translated(sql: str) -> str:
    """Return the text with psycopg's parameters; the texts are constants of this package, so the cache is bounded."""
    return PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))


@contextmanager
def _bounded(connection: Connection, patience: float) -> Iterator[None]:
    """Cut the line when the server does not answer in time: cancelling would ask that same server and wait for it."""
    timer = asyncio.get_running_loop().call_later(patience, _cut, connection)
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: Connection) -> None:
    if not connection.closed:
        with socket.socket(fileno=os.dup(connection.pgconn.socket)) as line:
            line.shutdown(socket.SHUT_RDWR)


@contextmanager
def _told() -> Iterator[None]:
    """Say psycopg's errors in the store's words; what is left is a mistake in a statement or a missing right."""
    try:
        yield
    except psycopg.errors.UniqueViolation:
        raise duplicate("postgresql") from None
    except psycopg.errors.DataCorrupted as error:
        raise malformed("postgresql") from error
    except (
        psycopg.OperationalError,
        psycopg.InterfaceError,
        psycopg.errors.ReadOnlySqlTransaction,
        PoolTimeout,
        PoolClosed,
    ) as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise asyncio.CancelledError from error
        raise unavailable("postgresql") from error
