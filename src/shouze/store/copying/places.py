"""Where tables are copied from and into; one statement of each for both databases, in ``sqlite`` and ``postgres``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from shouze.errors import ConflictError
from shouze.language import Text
from shouze.settings import Settings
from shouze.store.copying.form import Cell, Copied, Table
from shouze.store.driver import Row

VERSIONS = "alembic_version"
"""The table of a schema's revision, which migrations keep."""

MakeDesk = Callable[[str], None]
"""Makes the desk's tables in the target as they were at the revision (``head``: the newest)."""


class Snapshot(Protocol):
    """Schemas as they stood at one moment each, in the order in which they were named; other writers go on meanwhile.

    UnavailableError when the database does not answer.
    """

    @property
    def schemas(self) -> tuple[Copied, ...]:
        """Return the schemas, in their order."""
        ...

    def revision(self, schema: Copied) -> str:
        """Return the revision of the schema's tables."""
        ...

    def tables(self, schema: Copied) -> list[Table]:
        """Return the schema's tables, without the one of its revision."""
        ...

    def rows(self, table: Table, by: Sequence[str] = ()) -> Iterator[Sequence[Cell]]:
        """Yield the rows of a table, its columns in order, in bounded memory; sorted ``by`` columns of it."""
        ...

    def ask(self, sql: str) -> list[Row]:
        """Return the few rows of a question that needs no parameters."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Target(Protocol):
    """Schemas that a copy is written into: nobody else knows of them yet."""

    def prepare(self, schema: Copied, revision: str) -> None:
        """Make the schema's tables as they were at the revision (``head``: the newest)."""
        ...

    def insert(self, table: Table, rows: Sequence[Sequence[Cell]]) -> None:
        """Write rows."""
        ...

    def commit(self) -> None:
        """Make durable what was written."""
        ...

    def snapshot(self, schemas: Sequence[Copied]) -> Snapshot:
        """Return what is there now."""
        ...

    def finish(self) -> None:
        """Let the copy stand."""
        ...

    def abandon(self) -> None:
        """Take everything back."""
        ...


def open_snapshot(home: Path, settings: Settings, schemas: Sequence[Copied]) -> Snapshot:
    """Open a snapshot of schemas that stand in one place."""
    if not settings.database:
        from shouze.store.copying.sqlite import SqliteSnapshot  # noqa: PLC0415 - one of the two is needed

        return SqliteSnapshot(home, schemas)
    from shouze.store.copying.postgres import PostgresSnapshot  # noqa: PLC0415 - psycopg is an extra

    keys = settings.keys_database if tuple(schemas) == ("keys",) else ""
    return PostgresSnapshot(keys or settings.database, schemas)


def holds_desk(home: Path, settings: Settings) -> bool:
    """Tell whether there are a desk's tables, made to their end."""
    if not settings.database:
        from shouze.store.copying.sqlite import desk_in  # noqa: PLC0415 - one of the two is needed

        return desk_in(home)
    from shouze.store.copying.postgres import desk_at  # noqa: PLC0415 - psycopg is an extra

    return desk_at(settings.database)


def open_target(home: Path, settings: Settings, make_desk: MakeDesk) -> Target:
    """Open the place to restore into; ConflictError when there is something already."""
    if not settings.database:
        from shouze.store.copying.sqlite import SqliteTarget  # noqa: PLC0415 - one of the two is needed

        return SqliteTarget(home, make_desk)
    from shouze.store.copying.postgres import PostgresTarget  # noqa: PLC0415 - psycopg is an extra

    return PostgresTarget(settings.database, settings.keys_database or settings.database, make_desk)


def quoted(name: str) -> str:
    """Return an identifier as both dialects write it."""
    return '"' + name.replace('"', '""') + '"'


def qualified(table: Table) -> str:
    """Return a table's name as both dialects write it."""
    return ".".join(quoted(part) for part in table.name.split(".", 1))


def columns_of(table: Table) -> str:
    """Return the columns as both dialects write them."""
    return ", ".join(quoted(column) for column in table.columns)


def selected(table: Table, by: Sequence[str]) -> str:
    """Return the statement that reads a table."""
    order = f" ORDER BY {', '.join(map(quoted, by))}" if by else ""
    return f"SELECT {columns_of(table)} FROM {qualified(table)}{order}"  # noqa: S608 - names from the catalogue


def occupied(where: str, remedy: Text) -> ConflictError:
    """Return the error for a place to restore into that is not empty."""
    detail = Text("恢复的目标不是空的", "The place to restore into is not empty")
    return ConflictError(detail, field=where, remedy=remedy)
