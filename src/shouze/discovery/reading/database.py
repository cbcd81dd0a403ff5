"""Any database that SQLAlchemy reaches, politely: one read-only transaction, a statement time-out, a rate.

# Invariant: nothing is written, and neither the address's password nor a value is in a place, a reason or an error.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from shouze.discovery.reading.delimited import BATCH
from shouze.discovery.reading.piece import Cells, Column, Piece, Unread
from shouze.errors import InvalidError, UnavailableError
from shouze.intake.sources.row import Cell, text_of
from shouze.language import Text

Depth = Literal["schema", "sample", "whole"]
_BINARY = ("BLOB", "BYTEA", "BINARY", "RAW", "IMAGE")
_UNREAD = Text(
    "数据库没有完成读取（权限、超时或连接）", "The database did not complete it (rights, time-out or connection)"
)


@dataclass(frozen=True)
class Manners:
    """How a database is read: ``rate`` in rows a second (0: as fast as it answers), ``timeout`` of a statement in s."""

    depth: Depth = "sample"
    sample: int = 10_000
    rate: int = 0
    timeout: int = 60
    schema: str | None = None


def reached(url: str) -> sa.Engine:
    """Return an engine that changes nothing; InvalidError when the address is not one."""
    try:
        place = sa.make_url(url)
        if place.get_backend_name() == "sqlite" and place.database:
            if not Path(place.database).is_file():
                words = Text("没有这个文件", "There is no such file")
                raise InvalidError(words, field="SOURCE", remedy=Text("核对路径", "Check its path"))
            place = place.set(database=f"file:{Path(place.database).absolute()}", query={"mode": "ro", "uri": "true"})
        return sa.create_engine(place, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError):
        pass
    words = Text("数据库地址有误，或缺少驱动", "The database's URL is wrong, or its driver is missing")
    remedy = Text("例如 postgresql+psycopg://用户@主机/库", "Write for example postgresql+psycopg://user@host/name")
    raise InvalidError(words, field="SOURCE", remedy=remedy)


def shown(url: str) -> str:
    """Return the address without its password and options."""
    place = sa.make_url(url)
    return sa.URL.create(
        place.drivername, place.username, None, place.host, place.port, place.database
    ).render_as_string()


def tables_of(url: str, schema: str | None) -> list[str]:
    """Return the tables in their order; UnavailableError when the database does not answer."""
    engine = reached(url)
    try:
        return sorted(sa.inspect(engine).get_table_names(schema=schema))
    except SQLAlchemyError:
        pass
    finally:
        engine.dispose()
    remedy = Text("检查地址、网络和权限", "Check address, network and rights")
    raise UnavailableError(Text("数据库不应答", "The database does not answer"), field="SOURCE", remedy=remedy)


def read_table(url: str, table: str, manners: Manners, pause: Callable[[float], None] = time.sleep) -> Iterator[Piece]:
    """Yield a table's columns with some or all of its rows; ``Unread`` where the database stops answering."""
    engine = reached(url)
    place = f"{manners.schema}.{table}" if manners.schema else table
    try:
        described = sa.inspect(engine).get_columns(table, schema=manners.schema)
        columns = [Column(each["name"], str(each["type"]), each.get("comment") or "") for each in described]
        if manners.depth == "schema":
            yield Cells(place, columns, [[] for _ in columns])
            return
        readable = [each for each in columns if not each.type.upper().startswith(_BINARY)]
        with _reading(engine, manners.timeout) as connection:
            for rows in _batches(connection, table, readable, manners, pause):
                cells: Sequence[Sequence[Cell]] = [[_cell(cell) for cell in each] for each in zip(*rows, strict=True)]
                yield Cells(place, readable, cells, sum(sum(len(cell or "") for cell in each) for each in cells))
    except (SQLAlchemyError, UnicodeDecodeError):
        yield Unread(place, _UNREAD)
    finally:
        engine.dispose()


@contextmanager
def _reading(engine: sa.Engine, timeout: int) -> Iterator[sa.Connection]:
    """Connect for reading alone, with a time-out for each statement; nothing is committed."""
    setting = {
        "postgresql": (
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
            f"SET LOCAL statement_timeout = {timeout * 1000}",
        ),
        "mariadb": (f"SET SESSION max_statement_time = {timeout}", "SET SESSION TRANSACTION READ ONLY"),
        "mysql": (f"SET SESSION max_execution_time = {timeout * 1000}", "SET SESSION TRANSACTION READ ONLY"),
        "sqlite": ("PRAGMA query_only = 1",),
    }  # fmt: skip
    with engine.connect() as connection:
        dialect = connection.dialect
        kind = "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name
        for statement in setting.get(kind, ()):
            connection.execute(sa.text(statement))
        if kind in {"mariadb", "mysql"}:
            connection.rollback()
        try:
            yield connection.execution_options(stream_results=True, max_row_buffer=BATCH)
        finally:
            connection.rollback()


def _batches(
    connection: sa.Connection, table: str, columns: Sequence[Column], manners: Manners, pause: Callable[[float], None]
) -> Iterator[Sequence[Sequence[object]]]:
    found = sa.table(table, *(sa.column(each.name) for each in columns), schema=manners.schema)
    for asked in _selections(connection, found, manners):
        for rows in connection.execute(asked).partitions(BATCH):
            yield [tuple(row) for row in rows]
            if manners.rate:
                pause(len(rows) / manners.rate)


def _selections(
    connection: sa.Connection, found: sa.TableClause, manners: Manners
) -> Iterator[sa.Select[tuple[object, ...]]]:
    """Yield what to ask: all rows, or a sample from all over the table where its size and engine allow."""
    if manners.depth == "whole":
        yield sa.select(found)
        return
    limited = sa.select(found).limit(manners.sample)
    if connection.dialect.name == "postgresql":
        size = _estimate(connection, found)
        if size > manners.sample * 2:
            part = min(100.0, manners.sample * 120.0 / size)
            yield sa.select(found.tablesample(sa.func.system(part), seed=sa.literal(24))).limit(manners.sample)
            return
    if connection.dialect.name == "sqlite" and (spread := _spread(connection, found, manners.sample)):
        yield from (limited.where(sa.literal_column("rowid") >= start).limit(manners.sample // 10) for start in spread)
        return
    yield limited


def _estimate(connection: sa.Connection, found: sa.TableClause) -> float:
    name = connection.dialect.identifier_preparer.format_table(found)
    return float(connection.execute(
        sa.text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:name)"), {"name": name}
    ).scalar() or 0)  # fmt: skip


def _spread(connection: sa.Connection, found: sa.TableClause, sample: int) -> list[int]:
    """Return ten places in the order of SQLite's rowid to read from, none where the table is small or has no rowid."""
    row: sa.ColumnClause[object] = sa.literal_column("rowid", sa.Integer)
    try:
        first, last = connection.execute(sa.select(sa.func.min(row), sa.func.max(row)).select_from(found)).one()
    except SQLAlchemyError:
        return []
    if not isinstance(first, int) or not isinstance(last, int) or last - first < sample * 2:
        return []
    chance = random.Random(24)  # noqa: S311 - which rows are looked at is no secret
    return sorted(chance.randrange(first, last) for _ in range(10))


def _cell(value: object) -> Cell:
    if isinstance(value, bytes | memoryview):
        return None
    return str(value)[:10_000] if isinstance(value, dict | list) else text_of(value)
