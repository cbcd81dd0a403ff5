"""The sides that keep everything in one table of PostgreSQL: plain, and compliant in the paper's way.

The compliant one has what the paper gave PostgreSQL: an index on each metadata column, an expiry with a sweeper, every
statement in the server's log (``log_statement=all``, CSV), encryption, and access checks in the client. For the disk's
and the line's encryption stands AES-256-GCM of each value in the client, with one key.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .model import UNFORESEEN, Answer, State
from .operations import Operation
from .records import METADATA, TOKENS, USERS, Row, key_of, row_of
from .sides import StandingClock

NONCE = 12
LINE_BYTES = 700
"""More than a line of the server's log takes."""
_COLUMNS = ", ".join((*METADATA, "expiry", "data"))
_INSERT = f"INSERT INTO record (key, {_COLUMNS}) VALUES ({', '.join(['%s'] * (len(METADATA) + 3))})"
_TAIL = """
SELECT pg_read_file(place, greatest(0, (pg_stat_file(place)).size - %(bytes)s), %(bytes)s, true)
FROM pg_current_logfile('csvlog') AS place
"""


class Tables:
    """Either of the two sides."""

    def __init__(self, *, compliant: bool, users: int = USERS) -> None:
        self.name = "compliant" if compliant else "plain"
        self.sweeps = compliant
        self.users = users
        self.key = AESGCM(os.urandom(32)) if compliant else None

    async def load(self, url: str, records: int, most: int) -> None:  # noqa: ARG002 - the protocol's
        """Make the table, fill it, then make the indexes."""
        kind = "text" if self.key is None else "bytea"
        columns = ", ".join(f"{name} text NOT NULL" for name in METADATA)
        begin = StandingClock()
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as server:
            await server.execute(
                f"CREATE TABLE record (key text PRIMARY KEY, {columns}, expiry bigint NOT NULL, data {kind} NOT NULL)"
            )
            async with server.cursor().copy(f"COPY record (key, {_COLUMNS}) FROM STDIN") as copy:
                for number in range(records):
                    await copy.write_row(self.written(number, begin))
            if self.key is not None:
                for name in (*METADATA, "expiry"):
                    await server.execute(f"CREATE INDEX record_{name} ON record ({name})")
            await server.execute("VACUUM ANALYZE record")

    @asynccontextmanager
    async def opened(self, url: str, clock: StandingClock) -> AsyncIterator[OpenedTable]:
        """Open a copy of the table; where it is compliant, its statements are logged from here on."""
        if self.key is not None:
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(f"ALTER DATABASE \"{server.info.dbname}\" SET log_statement = 'all'")
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as server:
            yield OpenedTable(self, server, clock)

    def written(self, number: int, clock: StandingClock) -> tuple[Any, ...]:
        """Return the columns of a record created now."""
        row, key = row_of(number, self.users), key_of(number)
        return key, *row[:-1], _day(clock, int(row.ttl)), self.sealed(key, row.data)

    def sealed(self, key: str, value: str) -> str | bytes:
        """Return a value as it is stored."""
        if self.key is None:
            return value
        nonce = os.urandom(NONCE)
        return nonce + self.key.encrypt(nonce, value.encode(), key.encode())

    def read(self, key: str, stored: Any) -> str:
        """Return a stored value."""
        if self.key is None:
            return str(stored)
        return self.key.decrypt(stored[:NONCE], stored[NONCE:], key.encode()).decode()


class OpenedTable:
    """The table, over one connection."""

    def __init__(self, side: Tables, server: psycopg.AsyncConnection[Any], clock: StandingClock) -> None:
        self._side, self._server, self._clock = side, server, clock
        self._groups = {f"acl{n}" for n in range(TOKENS["acl"])}

    async def expire(self) -> None:
        """Delete what has expired."""
        await self._execute("DELETE FROM record WHERE expiry <= %s", _day(self._clock))

    async def do(self, operation: Operation) -> Answer:
        """Do one operation with one statement."""
        kind, number = operation.kind, operation.number
        if kind == "create":
            return (await self._execute(_INSERT, *self._side.written(number, self._clock))).rowcount
        if kind == "delete-by-ttl":
            await self.expire()
            return UNFORESEEN
        if kind == "system-logs":
            return await self._look(operation.lines)
        if kind.startswith("verify"):
            return await self._verify(operation)
        return await self._conditioned(operation)

    async def state(self) -> State:
        """Return every record."""
        cursor = await self._execute(f"SELECT key, {_COLUMNS} FROM record")
        return {key: Row._make([*rest[:-2], self._side.read(key, rest[-1])]) async for key, *rest in cursor}

    async def _conditioned(self, operation: Operation) -> Answer:
        verb, _, by = operation.kind.partition("-by-")
        condition = f"WHERE {by} = %s"
        wanted = key_of(operation.number)
        if by != "key":
            wanted = getattr(row_of(operation.number, self._side.users), by)
        if verb == "delete":
            return (await self._execute(f"DELETE FROM record {condition}", wanted)).rowcount
        if verb == "read":
            cursor = await self._execute(f"SELECT key, acl, expiry, data FROM record {condition}", wanted)
            return {key: self._side.read(key, data) for key, data in self._permitted(await cursor.fetchall())}
        if verb == "read-metadata":
            cursor = await self._execute(f"SELECT key, {', '.join(METADATA)} FROM record {condition}", wanted)
            return {key: tuple(row) for key, *row in await cursor.fetchall()}
        changed = f"UPDATE record SET {operation.field} = %s {condition}"
        return (await self._execute(changed, self._written(operation), wanted)).rowcount

    def _written(self, operation: Operation) -> str | bytes:
        if operation.field != "data":
            return operation.value
        return self._side.sealed(key_of(operation.number), operation.value)

    def _permitted(self, rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[str, Any]]:
        """Return what the client may see: what is for its groups and has not expired; the plain side does not ask."""
        if self._side.key is None:
            return [(key, data) for key, _, _, data in rows]
        now = _day(self._clock)
        return [(key, data) for key, acl, expiry, data in rows if acl in self._groups and expiry > now]

    async def _verify(self, operation: Operation) -> bool:
        if operation.kind == "verify-ttl":
            cursor = await self._execute("SELECT count(*) FROM record WHERE expiry <= %s", _day(self._clock))
        else:
            cursor = await self._execute("SELECT count(*) FROM record WHERE key = %s", key_of(operation.number))
        return await cursor.fetchone() == (0,)

    async def _look(self, lines: int) -> object:
        """Read the last lines of the server's log; the plain side has none, and is asked for none."""
        if self._side.key is None:
            await self._execute("SELECT ''")
            return UNFORESEEN
        cursor = await self._server.execute(_TAIL, {"bytes": lines * LINE_BYTES})
        found = await cursor.fetchone()
        if not found or not found[0].splitlines()[-lines:]:
            message = "the server's log is empty"
            raise RuntimeError(message)
        return UNFORESEEN

    async def _execute(self, sql: str, *parameters: object) -> psycopg.AsyncCursor[Any]:
        return await self._server.execute(sql.encode(), parameters, binary=True)


def _day(clock: StandingClock, more: int = 0) -> int:
    """Return the clock's day, or the one so many days later."""
    return (clock.now() - StandingClock().now()) // timedelta(days=1) + more
