"""Lists stand in a statement as a table, behind a plan that is kept."""

from __future__ import annotations

import psycopg

from shouze.store.arrays import with_arrays
from shouze.store.given import given
from tests import postgres

KEPT = "SELECT generic_plans, custom_plans FROM pg_prepared_statements"


def test_lists_side_by_side_are_the_rows_of_a_table() -> None:
    text = given("asked", n="numbers bigint", name="names text").replace(":numbers", "%(a)s").replace(":names", "%(b)s")
    with postgres.database() as url, psycopg.connect(url, context=with_arrays(psycopg.adapters)) as server:
        asked = {"a": [2, 1, 3], "b": ["two", None, "three"]}
        rows = server.execute(f"SELECT n, name FROM {text} ORDER BY n".encode(), asked).fetchall()
    assert rows == [(1, None), (2, "two"), (3, "three")]


def test_the_plan_is_kept_whatever_the_lists_hold_and_goes_by_the_index() -> None:
    text = given("asked", id="ids bigint").replace(":ids", "%(ids)s")
    sql = f"SELECT held.id FROM {text} JOIN held ON held.id = asked.id".encode()
    with postgres.database() as url, psycopg.connect(url, context=with_arrays(psycopg.adapters)) as server:
        server.execute("CREATE TABLE held AS SELECT id, repeat('x', 300) AS body FROM generate_series(1, 5000) AS id")
        server.execute("CREATE UNIQUE INDEX held_id ON held (id)")
        server.execute("ANALYZE held")
        for count in (1, 300, 1, 300, 1, 300, 1, 300):
            ids = list(range(1, count + 1))
            assert len(server.execute(sql, {"ids": ids}, prepare=True).fetchall()) == count
        [(kept, anew)] = server.execute(KEPT).fetchall()
        plan = server.execute(b"EXPLAIN " + sql, {"ids": list(range(1, 301))}).fetchall()
    assert kept > 0
    assert anew <= 5
    assert not any("Seq Scan" in row for (row,) in plan)
