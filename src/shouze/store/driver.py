"""What a database does for the store: one text of SQL on two dialects.

A text names its parameters ``:name`` and its tables ``schema.table``. Values are ``str``, ``int``, ``bytes`` or None;
moments are microseconds since 1970 (UTC). PostgreSQL takes lists as arrays, SQLite takes none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, Protocol

from shouze.errors import ConflictError, TamperedError, UnavailableError
from shouze.language import Text

Dialect = Literal["sqlite", "postgres"]
Schema = Literal["custody", "keys", "log"]
SCHEMAS: tuple[Schema, ...] = ("custody", "keys", "log")

Parameters = Mapping[
    str,
    str
    | int
    | bytes
    | list[int]
    | list[str]
    | list[bytes]
    | list[int | None]
    | list[str | None]
    | list[bytes | None]
    | None,
]
NOTHING: Parameters = {}
PARAMETER = re.compile(r"(?<!:):([a-z_]+)")
"""How a text names a parameter; after another colon stands a type."""
Row = tuple[Any, ...]

PATIENCE = 2.0
"""Seconds that one read or one transaction may take before the database counts as unavailable."""


Step = tuple[str, Parameters]
"""A statement that writes, with its parameters."""


class DuplicateError(ConflictError):
    """A row with the same key exists; the transaction that met it wrote nothing."""


class Transaction(Protocol):
    """Statements that take effect together."""

    async def fetch(self, sql: str, parameters: Parameters = NOTHING) -> list[Row]:
        """Return all rows."""
        ...

    async def execute(self, sql: str, parameters: Parameters = NOTHING) -> int:
        """Write; return the number of rows touched. DuplicateError when a unique key is taken."""
        ...

    async def insert_many(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Write rows (text, numbers or bytes, each column of one type) as fast as the database can (COPY).

        DuplicateError when a unique key is taken.
        """
        ...

    async def execute_many(self, sql: str, rows: Sequence[Parameters]) -> None:
        """Write once for each row; nothing for none. DuplicateError when a unique key is taken."""
        ...


class Database(Protocol):
    """One schema's database, or several schemas' on PostgreSQL.

    # Invariant: a write whose call has returned survives a power cut.

    UnavailableError when it does not answer in time or cannot write (locked, full, read-only, broken); a write that
    ends so may have happened or not. TamperedError when what it reads is malformed.
    """

    @property
    def dialect(self) -> Dialect:
        """The dialect of SQL that it speaks."""
        ...

    async def fetch(self, sql: str, parameters: Parameters = NOTHING) -> list[Row]:
        """Return all rows of one statement that only reads, in one snapshot."""
        ...

    async def read_all(self, steps: Sequence[Step]) -> list[list[Row]]:
        """Return the rows of each of these statements that only read, all in one snapshot.

        Where a statement costs a round trip (PostgreSQL), ask with one statement instead.
        """
        ...

    async def execute(self, sql: str, parameters: Parameters = NOTHING) -> int:
        """Write one statement as its own transaction; return the number of rows touched."""
        ...

    async def execute_returning(self, sql: str, parameters: Parameters = NOTHING) -> list[Row]:
        """Write one statement as its own transaction; return the rows that it returns."""
        ...

    async def write_all(self, steps: Sequence[Step]) -> None:
        """Write the steps in one transaction, sent together; DuplicateError when a unique key is taken."""
        ...

    def transaction(self, *, grouped: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """Run what stands within in one transaction, taken back when it raises.

        ``grouped`` says that it is many callers' already, so that it need not wait for others of its turn.

        On SQLite it is the only writer (BEGIN IMMEDIATE); on PostgreSQL it is READ COMMITTED.
        """
        ...

    async def settle(self) -> None:
        """Rid every file that this process writes of the rows that were deleted; UnavailableError when it cannot yet.

        A database server writes its own files: there it does nothing.
        """
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...


def unavailable(field: str) -> UnavailableError:
    """Return the error for a database that does not answer or cannot write; ``field`` names it."""
    return UnavailableError(
        Text("数据库没有及时完成操作", "The database did not do it in time"),
        field=field,
        remedy=Text(
            "检查数据库是否运行、磁盘是否已满或只读，然后重试",
            "Check that the database runs and its disk is neither full nor read-only, then try again",
        ),
    )


def not_connected(field: str, said: str) -> UnavailableError:
    """Return the error for a server that lets nobody in; ``said`` is what it or the network said, no secret in it."""
    return UnavailableError(
        Text(f"无法连接数据库（{said}）", f"There is no connection to the database ({said})"),
        field=field,
        remedy=Text(
            "检查数据库是否运行，以及 database（SHOUZE_DATABASE）中的用户、密码、主机和库名",
            "Check that the database runs, and user, password, host and name in database (SHOUZE_DATABASE)",
        ),
    )


def malformed(field: str) -> TamperedError:
    """Return the error for something stored that cannot be read as what it should be; ``field`` names it."""
    return TamperedError(
        Text("存储内容已损坏，无法读取", "What is stored there is damaged and cannot be read"),
        field=field,
        remedy=Text("停止写入，检查磁盘并从备份恢复", "Stop writing, check the disk and restore from a backup"),
    )


def duplicate(field: str) -> DuplicateError:
    """Return the error for a key that is taken; ``field`` names the database."""
    return DuplicateError(
        Text("相同主键的行已存在", "A row with the same key exists"),
        field=field,
        remedy=Text("请读取现有内容，不要重复写入", "Read what is there instead of writing it again"),
    )
