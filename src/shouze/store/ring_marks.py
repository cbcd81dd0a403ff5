"""The mark of the key ring whose keys and tags the tables hold: one row in those of keys, one in those of custody.

# Invariant: a mark that stands there is changed by the tables' owner alone, who says so; a gateway adds one where none
# is. Whoever would replace a mark so that a foreign ring is let in could as well write under that ring.
"""

from __future__ import annotations

from shouze.store.driver import Database, Schema

MARKED: tuple[Schema, ...] = ("keys", "custody")
"""Which schemas hold what a ring made: subject keys wrapped under its epochs, tags made with its index key."""

TABLE = "ring_mark"


def question(schema: Schema) -> str:
    """Return the statement that reads the mark of a schema."""
    return f"SELECT mark FROM {schema}.{TABLE}"  # noqa: S608 - one of two constants


async def read_mark(database: Database, schema: Schema) -> str | None:
    """Return the mark of the ring that the schema's tables are of; None where they have none yet."""
    for (mark,) in await database.fetch(question(schema)):
        return str(mark)
    return None


async def write_mark(database: Database, schema: Schema, mark: str) -> None:
    """Write the mark where there is none; where another program was faster, its mark stays."""
    await database.execute(f"{_insert(schema)} DO NOTHING", {"mark": mark})


async def replace_mark(database: Database, schema: Schema, mark: str) -> None:
    """Write the mark, whatever is there."""
    await database.execute(f"{_insert(schema)} DO UPDATE SET mark = excluded.mark", {"mark": mark})


def _insert(schema: Schema) -> str:
    return f"INSERT INTO {schema}.{TABLE} (id, mark) VALUES (1, :mark) ON CONFLICT (id)"  # noqa: S608 - as above
