"""Copies out of SQLite files and into new ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from shouze.gateway.usage.ports import Partition
from shouze.store.copying import partitions
from shouze.store.copying.form import Cell, Table
from shouze.store.copying.places import VERSIONS, columns_of, qualified, quoted, selected
from shouze.store.driver import SCHEMAS, Row, Schema
from shouze.store.migrate import migrate_sqlite
from shouze.store.sqlite import connect, told

PATIENCE = 30.0
_TEMPLATE = "SELECT sql FROM custody.sqlite_master WHERE type = 'table' AND name = 'usage'"


class SqliteSnapshot:
    """A read transaction for each file, begun in the order of ``schemas``."""

    def __init__(self, folder: Path, schemas: Sequence[Schema]) -> None:
        self._files: dict[Schema, sqlite3.Connection] = {}
        self._revisions: dict[Schema, str] = {}
        try:
            for schema in schemas:
                self._open(folder, schema)
        except BaseException:
            self.close()
            raise

    def revision(self, schema: Schema) -> str:
        """Return the revision of the schema's tables."""
        return self._revisions[schema]

    def tables(self, schema: Schema) -> list[Table]:
        """Return the schema's tables."""
        with told(schema):
            return list(tables_of(self._files[schema], schema))

    def rows(self, table: Table, by: Sequence[str] = ()) -> Iterator[Sequence[Cell]]:
        """Yield the rows of a table."""
        schema = _schema(table)
        with told(schema):
            for place in _places(self._files[schema], table):
                yield from self._files[schema].execute(selected(place, by))

    def ask(self, sql: str) -> list[Row]:
        """Return the rows of a question about the first schema that its text names."""
        schema = next(schema for schema in self._files if f"{schema}." in sql)
        with told(schema):
            return self._files[schema].execute(sql).fetchall()

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()

    def _open(self, folder: Path, schema: Schema) -> None:
        with told(schema):
            self._files[schema] = file = connect(folder / f"{schema}.db", schema, patience=PATIENCE)
            file.execute("PRAGMA query_only=ON")
            file.execute("BEGIN")  # the first question begins the snapshot
            version = f"SELECT version_num FROM {schema}.{VERSIONS}"  # noqa: S608 - one of three names
            [(self._revisions[schema],)] = file.execute(version)


class SqliteTarget:
    """New files in a folder that whoever opens this removes when it is abandoned."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Schema, sqlite3.Connection] = {}

    def prepare(self, schema: Schema, revision: str) -> None:
        """Make the schema's file, or bring it further."""
        migrate_sqlite(self._folder / f"{schema}.db", schema, revision)

    def insert(self, table: Table, rows: Sequence[Sequence[Cell]]) -> None:
        """Write rows."""
        schema = _schema(table)
        with told(schema):
            if schema not in self._files:
                self._files[schema] = connect(self._folder / f"{schema}.db", schema)
                self._files[schema].execute("BEGIN IMMEDIATE")
            file = self._files[schema]
            for partition in partitions.needed(table, rows):
                _make(file, partition)
            if table.name != partitions.USAGE:
                _write(file, table, rows)
                return
            for partition, some in partitions.spread(table, rows).items():
                _write(file, partitions.place_of(partition)._replace(columns=table.columns), some)

    def commit(self) -> None:
        """Commit and close the files."""
        for schema, file in self._files.items():
            with told(schema):
                file.execute("COMMIT")
                file.close()
        self._files = {}

    def snapshot(self, schemas: Sequence[Schema]) -> SqliteSnapshot:
        """Return what is there now."""
        return SqliteSnapshot(self._folder, schemas)

    def finish(self) -> None:
        """Leave the files as they are."""

    def abandon(self) -> None:
        """Let go of the files."""
        for file in self._files.values():
            file.close()
        for schema in SCHEMAS:
            for ending in ("", "-wal", "-shm"):
                (self._folder / f"{schema}.db{ending}").unlink(missing_ok=True)


def tables_of(file: sqlite3.Connection, schema: Schema) -> Iterator[Table]:
    """Yield the tables of a file, in the order of their names."""
    named = f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table' ORDER BY name"  # noqa: S608 - of three
    for (name,) in file.execute(named).fetchall():
        if name != VERSIONS and not name.startswith("sqlite_") and not partitions.is_partition(name):
            columns = file.execute(f"PRAGMA {schema}.table_info({quoted(name)})").fetchall()
            yield Table(f"{schema}.{name}", tuple(column for _, column, *_ in columns))


def _places(file: sqlite3.Connection, table: Table) -> Iterator[Table]:
    """Yield the tables that hold a table's rows: it, and its partitions if it has any."""
    yield table
    if table.name == partitions.USAGE:
        for (name,) in file.execute("SELECT name FROM custody.sqlite_master WHERE type = 'table'").fetchall():
            if partitions.is_partition(name):
                yield Table(f"custody.{name}", table.columns)


def _make(file: sqlite3.Connection, partition: Partition) -> None:
    [(written,)] = file.execute(_TEMPLATE)
    file.execute(
        f"CREATE TABLE IF NOT EXISTS {qualified(partitions.place_of(partition))} {written[written.index('(') :]}"
    )


def _write(file: sqlite3.Connection, table: Table, rows: Sequence[Sequence[Cell]]) -> None:
    places = ", ".join("?" * len(table.columns))
    into = f"INSERT INTO {qualified(table)} ({columns_of(table)}) VALUES ({places})"  # noqa: S608 - from the catalogue
    file.executemany(into, rows)


def _schema(table: Table) -> Schema:
    return next(schema for schema in SCHEMAS if table.name.startswith(f"{schema}."))
