"""Statements that come again: the same rows and errors as psycopg's own way gives."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from shouze.store import prepared
from shouze.store.driver import DuplicateError
from shouze.store.postgres import PostgresDatabase
from shouze.store.prepared import MOST, SELDOM

ECHO = """
SELECT CAST(:number AS bigint), CAST(:text AS text), CAST(:raw AS bytea), CAST(:numbers AS bigint[]),
    CAST(:texts AS text[]), CAST(:raws AS bytea[]), CAST(:number AS bigint) IS NULL
"""
LIMITS = [0, -1, 2**15, -(2**15) - 1, 2**31, -(2**31) - 1]
NUMBERS = st.one_of(st.integers(-(2**63), 2**63 - 1), st.sampled_from(LIMITS))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
VALUES = st.fixed_dictionaries({
    "number": st.none() | NUMBERS, "text": st.none() | TEXTS, "raw": st.none() | st.binary(),
    "numbers": st.lists(st.none() | NUMBERS), "texts": st.lists(st.none() | TEXTS),
    "raws": st.lists(st.none() | st.binary()),
})  # fmt: skip


@pytest.fixture
async def database(postgres_dsn: str) -> AsyncIterator[PostgresDatabase]:
    opened = PostgresDatabase(postgres_dsn, connections=1)
    await opened.execute("CREATE TABLE noted (n bigint PRIMARY KEY, word text)")
    yield opened
    await opened.close()


@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=VALUES)
async def test_what_is_sent_comes_back(database: PostgresDatabase, values: dict[str, Any]) -> None:
    arrays = {name: values[name] for name in ("numbers", "texts", "raws")}
    [row] = await database.fetch(ECHO, {**values, "numbers": arrays["numbers"] or [1]})
    found = [bytes(each) if isinstance(each, memoryview) else each for each in row]
    assert found[:3] == [values["number"], values["text"], values["raw"]]
    assert found[3:] == [arrays["numbers"] or [1], arrays["texts"], arrays["raws"], values["number"] is None]


async def test_rows_written_are_counted_and_a_key_that_is_taken_is_told(database: PostgresDatabase) -> None:
    add, change = "INSERT INTO noted VALUES (:n, :word)", "UPDATE noted SET word = :word WHERE n < :n"
    for n in range(2 * SELDOM):
        assert await database.execute(add, {"n": n, "word": "a"}) == 1
        assert await database.execute(change, {"n": n, "word": "b"}) == n
        with pytest.raises(DuplicateError):
            await database.execute(add, {"n": n, "word": "again"})
    rows = await database.fetch("SELECT n, word FROM noted ORDER BY n")
    assert rows == [(n, "b" if n < 2 * SELDOM - 1 else "a") for n in range(2 * SELDOM)]


async def test_what_psycopg_rids_the_connection_of_is_prepared_again(database: PostgresDatabase) -> None:
    add = "INSERT INTO noted VALUES (:n, :word)"
    for n in range(4 * SELDOM):
        assert await database.execute(add, {"n": n, "word": "a"}) == 1
        assert await database.fetch("SELECT word FROM noted WHERE n = :n", {"n": n}) == [("a",)]
        async with database.transaction() as transaction:
            await transaction.execute("UPDATE noted SET word = :word WHERE n = :n", {"n": n, "word": "a"})
            await transaction.execute(f"CREATE TABLE other_{n} (n bigint)")
            await transaction.execute(f"DROP TABLE other_{n}")
    # Once more to find that it is gone, and once to prepare it.
    for n in range(4 * SELDOM, 4 * SELDOM + 2):
        assert await database.execute(add, {"n": n, "word": "a"}) == 1
    assert add.split()[2] in await _kept(database)


async def test_after_a_table_has_changed_rows_are_read_as_they_are(database: PostgresDatabase) -> None:
    for n in range(3 * SELDOM):
        await database.execute("INSERT INTO noted VALUES (:n, :word)", {"n": n, "word": str(n)})
        if n == 2 * SELDOM:
            await database.execute("ALTER TABLE noted ALTER COLUMN word TYPE varchar(9)")
            await database.execute("ALTER TABLE noted ADD COLUMN more text")
        assert await database.fetch("SELECT word FROM noted WHERE n = :n", {"n": n}) == [(str(n),)]


async def test_what_was_prepared_goes_on_so_when_no_more_are_kept(database: PostgresDatabase) -> None:
    seen = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'shouze%'"
    runs = "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE name = 'shouze_1'"
    for n in range(MOST + 2):
        for _ in range(SELDOM + 1):
            await database.fetch(f"SELECT {n}")
    async with database.transaction() as transaction:
        assert await transaction.fetch(seen) == [(MOST,)]
        [(before,)] = await transaction.fetch(runs)
    assert await database.fetch("SELECT 0") == [(0,)]
    async with database.transaction() as transaction:
        assert await transaction.fetch(runs) == [(before + 1,)]


async def test_what_failed_is_not_run_again(database: PostgresDatabase) -> None:
    """A sequence tells: what it has given out, no failure takes back."""
    await database.execute("CREATE SEQUENCE tries")
    add = "INSERT INTO noted SELECT nextval('tries') * 0 + :n, :word"
    assert await database.execute(add, {"n": 1, "word": "a"}) == 1
    for tries in range(2, 3 * SELDOM):
        with pytest.raises(DuplicateError):
            await database.execute(add, {"n": 1, "word": "again"})
        assert await database.fetch("SELECT last_value FROM tries") == [(tries,)]


async def test_a_connection_keeps_no_more_statements_than_so_many(
    database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "MOST", 2)
    for number in range(4):
        for n in range(2 * SELDOM):
            assert await database.fetch(f"SELECT :n + {number}", {"n": n}) == [(n + number,)]
    assert (await _kept(database)).count("SELECT") == 2


async def _kept(database: PostgresDatabase) -> str:
    """Return the texts of what is prepared here, in a transaction, where no statement is."""
    async with database.transaction() as transaction:
        rows = await transaction.fetch("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'shouze%'")
    return "; ".join(statement for (statement,) in rows)
