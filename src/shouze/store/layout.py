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


def table(schema: Schema, name: str, *columns: str, clustered: bool = False) -> None:
    """Create a table. ``clustered`` keeps small rows in the order of their primary key where a dialect can do so."""
    types, ending = (
        (_POSTGRES, "") if _on_postgres() else (_SQLITE, " STRICT, WITHOUT ROWID" if clustered else " STRICT")
    )
    spelled = ", ".join(_TYPE.sub(lambda found: types[found.group()], column) for column in columns)
    op.execute(f"CREATE TABLE {schema}.{name} ({spelled}){ending}")


def index(schema: Schema, name: str, on: str, *, where: str | None = None, unique: bool = False) -> None:
    """Create an index; ``on`` is the table with its columns, ``binding (tag)``."""
    kind = "UNIQUE INDEX" if unique else "INDEX"
    place = f"{name} ON {schema}.{on}" if _on_postgres() else f"{schema}.{name} ON {on}"
    op.execute(f"CREATE {kind} {place}{f' WHERE {where}' if where else ''}")


def _on_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
