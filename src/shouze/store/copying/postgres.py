"""Copies out of PostgreSQL and into it. Imported only where a PostgreSQL URL is used: psycopg is an extra."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import IsolationLevel

from shouze.language import Text
from shouze.store.copying import partitions
from shouze.store.copying.desk import DESK, LEFT, MIGRATIONS, REVISION, form_on_postgres, revision_of
from shouze.store.copying.form import COPIED, Cell, Copied, Table
from shouze.store.copying.places import VERSIONS, MakeDesk, columns_of, occupied, qualified, quoted, selected
from shouze.store.driver import Row, unavailable
from shouze.store.migrate import migrate_postgres

MARK = "shouze: a restore is under way"
"""The comment on a schema that a restore has made and not finished."""
_TABLES = """
SELECT class.relname, array_agg(attribute.attname::text ORDER BY attribute.attnum)
FROM pg_class AS class
JOIN pg_namespace AS place ON place.oid = class.relnamespace
JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
WHERE place.nspname = %s AND class.relkind IN ('r', 'p') AND NOT class.relispartition
    AND class.relname <> ALL(%s)
GROUP BY class.relname ORDER BY class.relname
"""
_TYPES = """
SELECT attribute.attname, format_type(attribute.atttypid, NULL) FROM pg_attribute AS attribute
WHERE attribute.attrelid = CAST(%s AS regclass) AND attribute.attnum > 0 AND NOT attribute.attisdropped
"""
_PRESENT = """
SELECT nspname, coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = ANY(%s)
"""

_UNMARK = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = '{schema}') THEN COMMENT ON SCHEMA {schema} IS NULL; END IF;
END $$
"""
_COUNTED = """
SELECT class.relname, attribute.attname FROM pg_attribute AS attribute
JOIN pg_class AS class ON class.oid = attribute.attrelid AND class.relkind = 'r'
JOIN pg_namespace AS place ON place.oid = class.relnamespace AND place.nspname = 'desk'
WHERE attribute.attidentity <> '' AND NOT attribute.attisdropped
"""
_MAKE = "SELECT custody.usage_make(%s, %s)"

Connection = psycopg.Connection[Any]


class PostgresSnapshot:
    """One REPEATABLE READ transaction over all the schemas."""

    def __init__(self, url: str, schemas: Sequence[Copied]) -> None:
        with _told():
            self._connection = _connect(url)
            self._connection.isolation_level = IsolationLevel.REPEATABLE_READ
            self._connection.read_only = True
        self._revisions: dict[Copied, str] = {}
        try:
            for schema in schemas:
                if schema == DESK:
                    self._revisions[schema] = revision_of(self.ask(REVISION))
                    continue
                [(self._revisions[schema],)] = self.ask(f"SELECT version_num FROM {schema}.{VERSIONS}")  # noqa: S608 - of three
        except BaseException:  # however it ended: no connection stays open
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
        """Return the schema's tables; a partitioned one counts as one."""
        with _told():
            found = self._connection.execute(_TABLES, (schema, [VERSIONS, *LEFT])).fetchall()
        return [Table(f"{schema}.{name}", tuple(columns)) for name, columns in found]

    def rows(self, table: Table, by: Sequence[str] = ()) -> Iterator[Sequence[Cell]]:
        """Yield the rows of a table."""
        with _told(), self._connection.cursor() as cursor:
            types = _types(self._connection, table)
            if _is_desks(table):
                yield from _told_rows(cursor, table, types)
                return
            select = f"COPY ({selected(table, by)}) TO STDOUT (FORMAT BINARY)"
            with cursor.copy(select.encode()) as copy:
                copy.set_types(types)
                yield from copy.rows()

    def ask(self, sql: str) -> list[Row]:
        """Return the rows of a question."""
        with _told():
            return self._connection.execute(sql.encode()).fetchall()

    def close(self) -> None:
        """End the transaction."""
        self._connection.close()


class PostgresTarget:
    """Schemas that did not exist before, or that an earlier restore left behind; each marked until it is finished."""

    def __init__(self, url: str, keys_url: str, make_desk: MakeDesk) -> None:
        """ConflictError when a schema is there already."""
        self._make_desk = make_desk
        self._urls: dict[Copied, str] = {schema: keys_url if schema == "keys" else url for schema in COPIED}
        self._writing: dict[str, Connection] = {}
        for place in dict.fromkeys(self._urls.values()):
            self._clear(place)

    def prepare(self, schema: Copied, revision: str) -> None:
        """Make the schema, or bring it further."""
        self._run(
            self._urls[schema], f"CREATE SCHEMA IF NOT EXISTS {schema}", f"COMMENT ON SCHEMA {schema} IS '{MARK}'"
        )
        if schema == DESK:
            self._make_desk(revision)
        else:
            migrate_postgres(self._urls[schema], schema, revision)

    def insert(self, table: Table, rows: Sequence[Sequence[Cell]]) -> None:
        """Write rows."""
        url = self._urls[next(schema for schema in COPIED if table.name.startswith(f"{schema}."))]
        with _told():
            connection = self._writing.get(url) or self._writing.setdefault(url, _connect(url))
            into = f"COPY {qualified(table)} ({columns_of(table)}) FROM STDIN (FORMAT BINARY)"
            types = _types(connection, table)
            for partition in partitions.needed(table, rows):
                connection.execute(_MAKE, (partition.ground, partition.first))
            with connection.cursor() as cursor, cursor.copy(into.encode()) as copy:
                copy.set_types(types)
                forms = [form_on_postgres(kind) for kind in types] if _is_desks(table) else None
                for row in rows:
                    copy.write_row([f.written(cell) for f, cell in zip(forms, row, strict=True)] if forms else row)

    def commit(self) -> None:
        """Commit and let go of the connections."""
        with _told():
            for connection in self._writing.values():
                _count_on(connection)
                connection.commit()
                connection.close()
        self._writing = {}

    def snapshot(self, schemas: Sequence[Copied]) -> PostgresSnapshot:
        """Return what is there now."""
        return PostgresSnapshot(self._urls[schemas[0]], schemas)

    def finish(self) -> None:
        """Take the marks away."""
        for schema, url in self._urls.items():
            self._run(url, _UNMARK.format(schema=schema))

    def abandon(self) -> None:
        """Drop the schemas."""
        for connection in self._writing.values():
            connection.close()
        for schema, url in self._urls.items():
            self._run(url, f"DROP SCHEMA IF EXISTS {schema} CASCADE")

    def _clear(self, url: str) -> None:
        """Drop what a restore left that did not come to its end; refuse whatever else is there."""
        mine = [schema for schema, place in self._urls.items() if place == url]
        with _told(), _connect(url) as connection:
            found = connection.execute(_PRESENT, (list(mine),)).fetchall()
            others = [name for name, comment in found if comment != MARK]
            if others:
                names = ", ".join(sorted(others))
                raise occupied(names, Text("换一个空的数据库", "Name an empty database"))
            for name, _ in found:
                connection.execute(f"DROP SCHEMA {quoted(name)} CASCADE".encode())

    def _run(self, url: str, *statements: str) -> None:
        with _told(), _connect(url) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def _connect(url: str) -> Connection:
    return psycopg.connect(url, application_name="shouze copying", options="-c timezone=UTC", connect_timeout=10)


def desk_at(url: str) -> bool:
    """Tell whether the database holds a desk's tables."""
    with _told(), _connect(url) as connection:
        found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (f"{DESK}.{MIGRATIONS}",)).fetchone()
        return bool(found and found[0])


def _is_desks(table: Table) -> bool:
    return table.name.startswith(f"{DESK}.")


def _told_rows(cursor: psycopg.Cursor[Any], table: Table, types: Sequence[str]) -> Iterator[Sequence[Cell]]:
    """Yield the rows of one of the desk's tables in the copy's forms; JSON is read as text, which null is told by."""
    forms = [form_on_postgres(kind) for kind in types]
    read = ["text" if kind == "jsonb" else kind for kind in types]
    columns = ", ".join(f"CAST({quoted(column)} AS {kind})" for column, kind in zip(table.columns, read, strict=True))
    select = f"COPY (SELECT {columns} FROM {qualified(table)}) TO STDOUT (FORMAT BINARY)"  # noqa: S608 - names from the catalogue
    with cursor.copy(select.encode()) as copy:
        copy.set_types(read)
        for row in copy.rows():
            yield [form.told(cell) for form, cell in zip(forms, row, strict=True)]


def _count_on(connection: Connection) -> None:
    """Let the numbers that PostgreSQL gives to the desk's next rows go on after those that were written."""
    for name, column in connection.execute(_COUNTED).fetchall():
        place = f"{quoted(DESK)}.{quoted(name)}"
        last = f"SELECT max({quoted(column)}) FROM {place}"  # noqa: S608 - names from the catalogue
        connection.execute(f"SELECT setval(pg_get_serial_sequence(%s, %s), ({last}))".encode(), (place, column))


def _types(connection: Connection, table: Table) -> list[str]:
    types = dict(connection.execute(_TYPES, (qualified(table),)).fetchall())
    return [types[column] for column in table.columns]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError) as problem:
        raise unavailable("postgresql") from problem
