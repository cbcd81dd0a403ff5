"""Spells tables and indexes for the two dialects; what the revisions in ``migrations`` are written in.

Columns are written with the types ``text``, ``integer`` (64 bits) and ``bytes``.

# Invariant: what a revision that was released spells never changes.
"""

from __future__ import annotations

import re

from alembic import op

from shouze.store.driver import Schema

_POSTGRES = {"text": 'TEXT COLLATE "C"', "integer": "BIGINT", "bytes": "BYTEA"}
_SQLITE = {"text": "TEXT", "integer": "INTEGER", "bytes": "BLOB"}
_TYPE = re.compile(r"(?<=\s)(text|integer|bytes)\b")


def table(schema: Schema, name: str, *columns: str, clustered: bool = False, partitioned: str | None = None) -> None:
    """Create a table. ``clustered`` keeps small rows in the order of their primary key where a dialect can do so.

    ``partitioned`` says by what (``RANGE (day)``) where a dialect has partitions.
    """
    ending = "" if _on_postgres() else " STRICT, WITHOUT ROWID" if clustered else " STRICT"
    spelled = ", ".join(map(_spelled, columns))
    if partitioned and _on_postgres():
        ending = f" PARTITION BY {partitioned}"
    op.execute(f"CREATE TABLE {schema}.{name} ({spelled}){ending}")


def column(schema: Schema, name: str, spelled: str) -> None:
    """Add a column to a table; one that is not null has a default, so that no row is written anew."""
    op.execute(f"ALTER TABLE {schema}.{name} ADD COLUMN {_spelled(spelled)}")


def index(schema: Schema, name: str, on: str, *, where: str | None = None, unique: bool = False) -> None:
    """Create an index; ``on`` is the table with its columns, ``binding (tag)``. For new tables, hence small ones."""
    kind = "UNIQUE INDEX" if unique else "INDEX"
    place = f"{name} ON {schema}.{on}" if _on_postgres() else f"{schema}.{name} ON {on}"
    op.execute(f"CREATE {kind} {place}{_only(where)}")


def index_while_serving(schema: Schema, name: str, on: str, *, where: str | None = None, unique: bool = False) -> None:
    """Create an index as ``index`` does, on a table that may be large: nobody who reads or writes waits for it.

    It has to be the only thing that its revision does: on PostgreSQL it is no transaction. One that was cut off leaves
    an index that is not valid; the next run makes it anew.
    """
    if not _on_postgres():
        index(schema, name, on, where=where, unique=unique)
        return
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")  # it waits for transactions under way, and holds nobody up meanwhile
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema}.{name}")
        op.execute(f"CREATE {'UNIQUE ' if unique else ''}INDEX CONCURRENTLY {name} ON {schema}.{on}{_only(where)}")
        op.execute("RESET lock_timeout")


def _spelled(column: str) -> str:
    types = _POSTGRES if _on_postgres() else _SQLITE
    return _TYPE.sub(lambda found: types[found.group()], column)


def _only(where: str | None) -> str:
    return f" WHERE {where}" if where else ""


def _on_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
