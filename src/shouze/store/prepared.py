"""Runs statements that come again and again on psycopg's connections, with as little in between as can be.

A cursor of psycopg's works out for each statement anew what its parameters are, how each is written and how rows are
read; for a statement of many short rows that is more than half of what it costs the program. Here it is found out once
for each statement of a connection. Values are sent as psycopg sends them; waiting, cancelling and errors are its own.

Imported only where psycopg is.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from struct import Struct
from typing import Any, NamedTuple

import psycopg
from psycopg.abc import Transformer as Reader
from psycopg.adapt import Transformer
from psycopg.generators import execute
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult

from shouze.store.arrays import kind_of, write_array
from shouze.store.driver import PARAMETER, Parameters, Row

SELDOM = 5
"""Times that a statement is run on a connection before it is prepared there, as psycopg does it."""
MOST = 200
"""Statements that a connection keeps prepared."""

_SHORT, _INTEGER, _LONG = Struct(">h").pack, Struct(">i").pack, Struct(">q").pack
_Written = tuple[int, Format, Any]
"""A value's type (0: what the statement makes of it), its form and its bytes."""


class _Numbered(NamedTuple):
    """A statement as the server takes it, and the names of its parameters in their order."""

    text: bytes
    names: tuple[str, ...]


class _Prepared(NamedTuple):
    """A statement on one connection: its name there, and what reads its rows."""

    name: bytes
    reader: Reader


class Prepared:
    """The statements of one connection."""

    def __init__(self) -> None:
        self._times, self._made = Counter[str](), 0
        self._known: dict[tuple[str, tuple[int, ...]], _Prepared] = {}

    async def run(self, connection: psycopg.AsyncConnection[Row], sql: str, parameters: Parameters) -> Answer | None:
        """Run a statement outside of a transaction; errors are psycopg's.

        None, and nothing done, where it comes too seldom to be prepared, where as many are prepared as are kept, or
        where what was prepared is gone or does not fit a changed table: psycopg rids a connection of all such
        statements after what may have changed one.
        """
        self._times[sql] += 1
        if self._times[sql] <= SELDOM:
            return None
        try:
            return await self._run(connection, sql, parameters)
        except (psycopg.errors.InvalidSqlStatementName, psycopg.errors.FeatureNotSupported):
            self._known.clear()
            return None

    async def _run(self, connection: psycopg.AsyncConnection[Row], sql: str, parameters: Parameters) -> Answer | None:
        text, names = _numbered(sql)
        written = [_written(parameters[name]) for name in names]
        types = tuple([each[0] for each in written])
        async with connection.lock:
            prepared = self._known.get((sql, types))
            if prepared is None:
                if len(self._known) >= MOST:
                    return None
                self._made += 1
                prepared = _Prepared(b"shouze_%d" % self._made, Transformer(connection))
                connection.pgconn.send_prepare(prepared.name, text, types)
                await _result(connection)
                self._known[sql, types] = prepared
            values, forms = [each[2] for each in written], [each[1] for each in written]
            connection.pgconn.send_query_prepared(prepared.name, values, forms, result_format=Format.BINARY)
            return Answer(await _result(connection), prepared.reader)


class Answer(NamedTuple):
    """What a statement came to."""

    result: PGresult
    reader: Reader

    @property
    def rows(self) -> list[Row]:
        """Return all rows."""
        self.reader.set_pgresult(self.result)
        return self.reader.load_rows(0, self.result.ntuples, tuple)

    @property
    def touched(self) -> int:
        """Return the number of rows written."""
        return self.result.command_tuples or 0


async def _result(connection: psycopg.AsyncConnection[Row]) -> PGresult:
    result: PGresult
    [result] = await connection.wait(execute(connection.pgconn))
    if result.status == ExecStatus.FATAL_ERROR:
        raise psycopg.errors.error_from_result(result)
    return result


@cache
def _numbered(sql: str) -> _Numbered:
    """Return a text with numbers for names; the texts are constants of this package, so the cache is bounded."""
    names = list(dict.fromkeys(PARAMETER.findall(sql)))
    return _Numbered(PARAMETER.sub(lambda each: f"${names.index(each[1]) + 1}", sql).encode(), tuple(names))


def _written(value: Any) -> _Written:
    if type(value) is list:
        kind = kind_of(value)
        return kind.array, Format.BINARY, write_array(value, kind)
    if type(value) is str:
        return 0, Format.TEXT, value.encode()
    if type(value) is bytes:
        return 17, Format.BINARY, value
    if value is None:
        return 0, Format.TEXT, None
    if -0x8000 <= value < 0x8000:
        return 21, Format.BINARY, _SHORT(value)
    if -0x80000000 <= value < 0x80000000:
        return 23, Format.BINARY, _INTEGER(value)
    return 20, Format.BINARY, _LONG(value)
