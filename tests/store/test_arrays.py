"""Lists reach PostgreSQL as they are."""

from __future__ import annotations

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.pq import Format

from shouze.store.arrays import copied, with_arrays
from tests import postgres

NUMBERS = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300)
LISTS = {"bigint": NUMBERS, "text": TEXTS, "bytea": st.binary(max_size=300)}


def test_lists_of_numbers_texts_and_bytes_come_back_as_they_were_sent() -> None:
    with postgres.database() as url, psycopg.connect(url, context=with_arrays(psycopg.adapters)) as server:

        @settings(max_examples=60)
        @given(st.sampled_from(sorted(LISTS)).flatmap(lambda kind: st.tuples(
            st.just(kind), st.lists(st.none() | LISTS[kind], max_size=6),
        )))  # fmt: skip
        def sent(case: tuple[str, list[object]]) -> None:
            kind, values = case
            asked = f"SELECT CAST(%s AS {kind}[]), cardinality(CAST(%s AS {kind}[]))"
            [row] = server.execute(asked.encode(), (values, values), binary=True).fetchall()
            assert row == (values, len(values))

        sent()


def test_what_no_list_tells_is_told_by_the_statement() -> None:
    with postgres.database() as url, psycopg.connect(url, context=with_arrays(psycopg.adapters)) as server:
        [row] = server.execute("SELECT 7 = ANY(%s), CAST(%s AS bytea[])", ([7], []), binary=True).fetchall()
        assert row == (True, [])
        assert server.adapters.get_dumper(list, psycopg.adapt.PyFormat.AUTO).format == Format.BINARY


def test_rows_are_copied_as_they_are() -> None:
    cells = st.tuples(NUMBERS, TEXTS, st.binary(max_size=300), st.none() | NUMBERS, st.sampled_from(["a", "b"]))
    with postgres.database() as url, psycopg.connect(url) as server:
        server.execute("CREATE TABLE rows (a bigint, b text, c bytea, d bigint, e text)")

        @settings(max_examples=40)
        @given(st.lists(cells, min_size=1, max_size=8))
        def sent(rows: list[tuple[int, str, bytes, int | None, str]]) -> None:
            server.execute("DELETE FROM rows")
            with server.cursor().copy("COPY rows FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(copied(rows))
            there = server.execute("SELECT * FROM rows", binary=True).fetchall()
            assert sorted(there, key=repr) == sorted(rows, key=repr)

        sent()
