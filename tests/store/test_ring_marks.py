"""Marks of key rings in the tables, on either database."""

from __future__ import annotations

from shouze.store.opening import Stores
from shouze.store.ring_marks import MARKED, read_mark, replace_mark, write_mark


async def test_the_first_mark_stays_until_it_is_replaced(stores: Stores) -> None:
    for schema in MARKED:
        database = stores.databases[schema]
        assert await read_mark(database, schema) is None
        for mark in ("one", "two"):
            await write_mark(database, schema, mark)
            assert await read_mark(database, schema) == "one"
        await replace_mark(database, schema, "two")
        assert await read_mark(database, schema) == "two"


async def test_one_schema_may_be_marked_and_the_other_not(stores: Stores) -> None:
    await replace_mark(stores.databases["keys"], "keys", "one")
    assert await read_mark(stores.databases["custody"], "custody") is None
