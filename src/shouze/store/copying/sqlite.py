"""Copies out of SQLite files and into new ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from shouze.gateway.usage.ports import Partition
from shouze.store.copying import partitions
from shouze.store.copying.desk import DESK, LEFT, MIGRATIONS, REVISION, Form, form_on_sqlite, json_columns, revision_of
from shouze.store.copying.form import COPIED, Cell, Copied, Table
from shouze.store.copying.places import VERSIONS, MakeDesk, columns_of, qualified, quoted, selected
from shouze.store.driver import Row
from shouze.store.migrate import migrate_sqlite
from shouze.store.sqlite import connect, told

PATIENCE = 30.0
_TEMPLATE = "SELECT sql FROM custody.sqlite_master WHERE type = 'table' AND name = 'usage'"


class SqliteSnapshot:
    """A read transaction for each file, begun in the order of ``schemas``."""

    def __init__(self, folder: Path, schemas: Sequence[Copied]) -> None:
        self._files: dict[Copied, sqlite3.Connection] = {}
        self._revisions: dict[Copied, str] = {}
        try:
            for schema in schemas:
                self._open(folder, schema)
        except BaseException:  # however it ended: no file stays open
            self.close()
            raise

    @property
    def schemas(self) -> tuple[Copied, ...]:
        """Return the schemas, in their order."""
        return tuple(self._revisions)

    def revision(self, schema: Copied) -> str:
        """Return the revision of the schema's tables."""
        return self._revisions[schema]

    def tables(self, schema: Copied) -> list[Table]:
        """Return the schema's tables."""
        with told(schema):
            return list(tables_of(self._files[schema], schema))

    def rows(self, table: Table, by: Sequence[str] = ()) -> Iterator[Sequence[Cell]]:
        """Yield the rows of a table."""
        schema = _schema(table)
        with told(schema):
            if schema == DESK:
                forms = _forms(self._files[schema], table)
                for row in self._files[schema].execute(selected(table, by)):
                    yield [form.told(cell) for form, cell in zip(forms, row, strict=True)]
                return
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

    def _open(self, folder: Path, schema: Copied) -> None:
        with told(schema):
            self._files[schema] = file = connect(folder / f"{schema}.db", schema, patience=PATIENCE)
            file.execute("PRAGMA query_only=ON")
            file.execute("BEGIN")  # the first question begins the snapshot
            if schema == DESK:
                self._revisions[schema] = revision_of(file.execute(REVISION))
                return
            version = f"SELECT version_num FROM {schema}.{VERSIONS}"  # noqa: S608 - one of three names
            [(self._revisions[schema],)] = file.execute(version)


class SqliteTarget:
    """New files in a folder that whoever opens this removes when it is abandoned."""

    def __init__(self, folder: Path, make_desk: MakeDesk) -> None:
        self._folder, self._make_desk = folder, make_desk
        self._files: dict[Copied, sqlite3.Connection] = {}

    def prepare(self, schema: Copied, revision: str) -> None:
        """Make the schema's file, or bring it further."""
        if schema == DESK:
            connect(self._folder / f"{schema}.db", schema).close()  # for its owner's eyes only
            self._make_desk(revision)
        else:
            migrate_sqlite(self._folder / f"{schema}.db", schema, revision)

    def insert(self, table: Table, rows: Sequence[Sequence[Cell]]) -> None:
        """Write rows."""
        schema = _schema(table)
        with told(schema):
            if schema not in self._files:
                self._files[schema] = connect(self._folder / f"{schema}.db", schema)
                if schema == DESK:  # made a moment ago; JSON_VALID in its checks counts as unsafe otherwise
                    self._files[schema].execute("PRAGMA trusted_schema=ON")
                self._files[schema].execute("BEGIN IMMEDIATE")
            file = self._files[schema]
            if schema == DESK:
                forms = _forms(file, table)
                _write(
                    file, table, [[form.written(cell) for form, cell in zip(forms, row, strict=True)] for row in rows]
                )
                return
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

    def snapshot(self, schemas: Sequence[Copied]) -> SqliteSnapshot:
        """Return what is there now."""
        return SqliteSnapshot(self._folder, schemas)

    def finish(self) -> None:
        """Leave the files as they are."""

    def abandon(self) -> None:
        """Let go of the files."""
        for file in self._files.values():
            file.close()
        for schema in COPIED:
            for ending in ("", "-wal", "-shm"):
                (self._folder / f"{schema}.db{ending}").unlink(missing_ok=True)


def tables_of(file: sqlite3.Connection, schema: Copied) -> Iterator[Table]:
    """Yield the tables of a file, in the order of their names."""
    named = f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table' ORDER BY name"  # noqa: S608 - of three
    for (name,) in file.execute(named).fetchall():
        if name not in {VERSIONS, *LEFT} and not name.startswith("sqlite_") and not partitions.is_partition(name):
            columns = file.execute(f"PRAGMA {schema}.table_info({quoted(name)})").fetchall()
            yield Table(f"{schema}.{name}", tuple(column for _, column, *_ in columns))


def desk_in(folder: Path) -> bool:
    """Tell whether the folder holds a desk's tables."""
    path = folder / f"{DESK}.db"
    if not path.exists():
        return False
    with told(DESK), closing(connect(path, DESK, patience=PATIENCE)) as file:
        found = file.execute("SELECT count(*) FROM desk.sqlite_master WHERE name = ?", (MIGRATIONS,)).fetchone()
        return bool(found[0])


def _forms(file: sqlite3.Connection, table: Table) -> list[Form]:
    """Return the forms of the table's columns, in order."""
    name = table.name.partition(".")[2]
    [(written,)] = file.execute("SELECT sql FROM desk.sqlite_master WHERE type = 'table' AND name = ?", (name,))
    kinds = {column: kind for _, column, kind, *_ in file.execute(f"PRAGMA desk.table_info({quoted(name)})").fetchall()}
    kinds |= dict.fromkeys(json_columns(written), "json")
    return [form_on_sqlite(kinds[column]) for column in table.columns]


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


def _write(file: sqlite3.Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    places = ", ".join("?" * len(table.columns))
    into = f"INSERT INTO {qualified(table)} ({columns_of(table)}) VALUES ({places})"  # noqa: S608 - from the catalogue
    file.executemany(into, rows)


def _schema(table: Table) -> Copied:
    return next(schema for schema in COPIED if table.name.startswith(f"{schema}."))
