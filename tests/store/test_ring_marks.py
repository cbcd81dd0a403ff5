"""Marks of key rings in the tables, on either database."""

from __future__ import annotations

import psycopg
import pytest

from shouze.errors import UnavailableError
from shouze.store.opening import Stores
from shouze.store.postgres import PostgresDatabase
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


async def test_a_right_that_the_role_lacks_is_told_with_what_to_run(url: str) -> None:
    name = "without_rights"
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"DROP ROLE IF EXISTS {name}".encode())
        owner.execute(f"CREATE ROLE {name} LOGIN".encode())
        database = PostgresDatabase(url.replace("//shouze@", f"//{name}@"))
        try:
            with pytest.raises(UnavailableError, match="shouze migrate --roles"):
                await read_mark(database, "keys")
        finally:
            await database.close()
            owner.execute(f"DROP ROLE {name}".encode())
