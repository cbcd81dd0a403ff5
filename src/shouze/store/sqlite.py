"""One SQLite file, attached under its schema's name, with one writer.

Statements run inline on the event loop: a commit that groups many callers' records is more than twice as fast so as
in a thread of its own. Transactions of one turn of the loop are committed together, each a savepoint that can fail
alone. The file's content is committed with an fsync, deleted content is overwritten.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path

from shouze.errors import UnavailableError
from shouze.store.driver import NOTHING, Dialect, Parameters, Row, Schema, Step, duplicate, malformed, unavailable

PATIENCE = 2.0
"""Seconds to wait for another writer of the same file."""
BREATH = 0.001
"""Seconds between two tries to become the writer."""
AT_ONCE = 64
"""Rows that one statement inserts."""

_TAKEN = {sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_ROWID}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_OUT_OF_REACH = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_INTERRUPT,
}  # fmt: skip


def connect(path: Path, schema: str, *, patience: float = PATIENCE) -> sqlite3.Connection:
    """Open the file (made when missing, for its owner's eyes only) as ``schema``, durable and in autocommit.

    # Invariant: a commit returns after the write-ahead log is on the disk (synchronous=FULL).
    """
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Invariant: a file that exists is opened by SQLite alone. Closing any other descriptor of it would drop the locks
    # of every connection of this process, and another process would take the write-ahead log away under them.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(":memory:", timeout=patience, isolation_level=None, check_same_thread=False)
    connection.create_function("unhexed", 1, _unhexed, deterministic=True)
    connection.execute(f"ATTACH DATABASE ? AS {schema}", (str(path),))
    for pragma in (
        f"{schema}.journal_mode=WAL",
        f"{schema}.synchronous=FULL",
        f"{schema}.secure_delete=ON",
        "fullfsync=ON",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "trusted_schema=OFF",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


@contextmanager
def told(schema: str) -> Iterator[None]:
    """Say SQLite's errors in the store's words; what is left is a mistake in a statement."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code in _TAKEN:
            raise duplicate(schema) from None
        if code & 0xFF in _DAMAGED:
            raise malformed(schema) from error
        if code & 0xFF in _OUT_OF_REACH:
            raise unavailable(schema) from error
        raise


class SqliteDatabase:
    """A file under its schema's name; safe for several event loops and threads, one after another or at once."""

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path, schema: Schema, *, patience: float = PATIENCE) -> None:
        """Open it; UnavailableError when that cannot be, TamperedError when it is no database."""
        self._path, self._schema, self._patience = path, schema, patience
        self._turn = threading.Lock()
        self._group: _Group | None = None
        with told(self._schema):
            self._write = connect(path, schema, patience=patience)
            self._write.execute("PRAGMA busy_timeout=0")
            self._read = connect(path, schema, patience=patience)
            self._read.execute("PRAGMA query_only=ON")
        sync_folder(path.parent)

    async def fetch(self, sql: str, parameters: Parameters = NOTHING) -> list[Row]:
        """Return all rows of one reading statement; it sees only what is committed."""
        with told(self._schema):
            return self._read.execute(sql, parameters).fetchall()

    async def read_all(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Return the rows of each reading statement, all in one snapshot."""
        execute = self._read.execute
        with told(self._schema):
            execute("BEGIN")
            try:
                return [execute(sql, parameters).fetchall() for sql, parameters in steps]
            finally:
                execute("COMMIT")

    async def execute(self, sql: str, parameters: Parameters = NOTHING) -> int:
        """Write one statement as its own transaction."""
        async with self.transaction() as transaction:
            return await transaction.execute(sql, parameters)

    async def execute_returning(self, sql: str, parameters: Parameters = NOTHING) -> list[Row]:
        """Write one statement as its own transaction."""
        async with self.transaction() as transaction:
            return await transaction.fetch(sql, parameters)

    async def write_all(self, steps: Sequence[Step]) -> None:
        """Write the steps in one transaction."""
        async with self.transaction() as transaction:
            for sql, parameters in steps:
                await transaction.execute(sql, parameters)

    @asynccontextmanager
    async def transaction(self, *, grouped: bool = False) -> AsyncIterator[SqliteTransaction]:
        """Hold the write lock of the file for what stands within; durable when left.

        What is ``grouped`` waits for no other: it is committed at once, with what came before it in this turn.
        """
        group = await self._join()
        try:
            with told(self._schema):
                # Invariant: nothing is written outside its group, which SQLite may have taken back by itself.
                self._check_begun()
                self._write.execute("SAVEPOINT one")
                yield SqliteTransaction(self._write)
                self._write.execute("RELEASE one")
        except BaseException:  # a caller that goes away as well: its part is taken back, the group's others stay
            if self._write.in_transaction:
                self._write.execute("ROLLBACK TO one")
                self._write.execute("RELEASE one")
            raise
        finally:
            group.inside = False
        if grouped:
            self._commit(group)
        # Invariant: a caller that is cancelled while it waits takes no other caller's commit with it.
        await asyncio.shield(group.committed)

    async def settle(self) -> None:
        """Move the write-ahead log into the file and empty it, so that no earlier page image is left.

        UnavailableError when a reader elsewhere holds it back for longer than the patience.
        """
        deadline = time.monotonic() + self._patience
        await self._take_turn(deadline)
        try:
            with told(self._schema):
                while self._write.execute(f"PRAGMA {self._schema}.wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    await self._breathe(deadline)
        finally:
            self._turn.release()

    async def close(self) -> None:
        """Close both connections."""
        self._read.close()
        self._write.close()

    async def _join(self) -> _Group:
        """Enter the transactions that are committed together at the end of this turn of the loop."""
        deadline, loop = time.monotonic() + self._patience, asyncio.get_running_loop()
        while (group := self._group) is not None and group.loop is loop:
            if not group.inside:
                group.inside = True
                return group
            await self._breathe(deadline)
        await self._take_turn(deadline)
        try:
            await self._begin(deadline)
        except BaseException:  # a caller that goes away as well: the turn is the next one's
            self._turn.release()
            raise
        self._group = _Group(loop)
        loop.call_soon(self._commit, self._group)
        return self._group

    async def _begin(self, deadline: float) -> None:
        """Become the file's writer. Waiting leaves the loop free, for the other writer may live on it."""
        while True:
            try:
                with told(self._schema):
                    self._write.execute("BEGIN IMMEDIATE")
            except UnavailableError:
                await self._breathe(deadline)
            else:
                return

    def _commit(self, group: _Group) -> None:
        if self._group is not group:  # it is committed already
            return
        if group.inside:  # somebody waits within a transaction: look again in the next turn
            group.loop.call_later(BREATH, self._commit, group)
            return
        try:
            self._make_durable()
        except Exception as problem:  # noqa: BLE001 - each transaction of the group is told
            if self._write.in_transaction:
                self._write.execute("ROLLBACK")
            group.committed.set_exception(problem)
            group.committed.exception()
        else:
            group.committed.set_result(None)
        finally:
            self._group = None
            self._turn.release()

    def _make_durable(self) -> None:
        self._check_begun()
        with told(self._schema):
            self._write.execute("COMMIT")

    def _check_begun(self) -> None:
        if not self._write.in_transaction:  # SQLite took all of it back by itself, as it may on a failing disk
            raise unavailable(self._schema)

    async def _take_turn(self, deadline: float) -> None:
        """Take the turn to write. The lock belongs to no event loop: a synchronous face uses one loop per call."""
        while not self._turn.acquire(blocking=False):
            await self._breathe(deadline)

    async def _breathe(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise unavailable(self._schema)
        await asyncio.sleep(BREATH)


class _Group:
    """Transactions that are committed together; ``inside`` while one of them is being written."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.inside = True
        self.committed: asyncio.Future[None] = loop.create_future()


class SqliteTransaction:
    """Statements on the one writing connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, parameters: Parameters = NOTHING) -> list[Row]:
        """Return all rows."""
        return self._connection.execute(sql, parameters).fetchall()

    async def execute(self, sql: str, parameters: Parameters = NOTHING) -> int:
        """Write; return the number of rows touched."""
        return self._connection.execute(sql, parameters).rowcount

    async def insert_many(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Write rows, many with one statement, which halves what a small one takes."""
        whole = len(rows) - len(rows) % AT_ONCE
        for start in range(0, whole, AT_ONCE):
            values = tuple(chain.from_iterable(rows[start : start + AT_ONCE]))
            self._connection.execute(_inserting(table, tuple(columns), AT_ONCE), values)
        self._connection.executemany(_inserting(table, tuple(columns), 1), rows[whole:])

    async def execute_many(self, sql: str, rows: Sequence[Parameters]) -> None:
        """Write once for each row."""
        if rows:
            self._connection.executemany(sql, rows)


@lru_cache(64)
def _inserting(table: str, columns: tuple[str, ...], rows: int) -> str:
    """Return the statement that inserts so many rows."""
    places = ", ".join([f"({', '.join('?' * len(columns))})"] * rows)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {places}"  # noqa: S608 - names are constants


def _unhexed(text: str | None) -> bytes | None:
    """Stand in for ``unhex``, which SQLite has from 3.41 on."""
    return None if text is None else bytes.fromhex(text)


def sync_folder(folder: Path) -> None:
    """Make the files' names as durable as their content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
