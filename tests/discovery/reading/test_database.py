"""Databases: SQLite and PostgreSQL here; MariaDB in tests/systems."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import InternalError

from shouze.discovery.places import parts_of
from shouze.discovery.reading.database import Manners, _reading, reached, read_table, shown
from shouze.discovery.reading.piece import Cells, Piece, Unread
from shouze.errors import InvalidError, UnavailableError
from tests.discovery.looking import findings
from tests.discovery.reading.files import ROWS, sqlite

MANY = 30_000
POLITE = Manners()


def postgres_url(dsn: str) -> str:
    """Return the address as SQLAlchemy writes it."""
    return dsn.replace("postgresql://", "postgresql+psycopg://").replace("postgres://", "postgresql+psycopg://")


@pytest.fixture
def filled(postgres_dsn: str) -> str:
    """Return a database with a table of people, one of them by a comment only."""
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE t_user (id bigint PRIMARY KEY, khxm text, f1 bigint, f2 varchar(18), photo bytea)"
        )
        connection.execute("COMMENT ON COLUMN t_user.f2 IS '身份证号'")
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO t_user VALUES (%s, %s, %s, %s, 'x')",
                               [(number, *row) for number, row in enumerate(ROWS)])  # fmt: skip
    return postgres_url(postgres_dsn)


def pieces_of(url: str, polite: Manners = POLITE) -> list[Piece]:
    """Return the pieces of all tables."""
    return [piece for part in parts_of(url, polite) for piece in part.pieces(polite)]


def test_postgresql_is_read_with_numbers_and_comments(filled: str) -> None:
    found = {each.place: (each.item, each.count) for each in findings(pieces_of(filled))}
    assert found == {
        "t_user.khxm": ("name", 9), "t_user.f1": ("phone", 9), "t_user.f2": ("id-number", 9),
    }  # fmt: skip


def test_the_schema_alone_needs_no_rows(filled: str) -> None:
    found = findings(pieces_of(filled, Manners("schema")))
    assert {each.place: each.count for each in found} == {"t_user.khxm": 0, "t_user.f2": 0}


def test_a_large_table_is_sampled_from_all_over_or_read_whole(postgres_dsn: str) -> None:
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE big AS SELECT n AS id FROM generate_series(1, {MANY}) n")
        connection.execute("ANALYZE big")
    url = postgres_url(postgres_dsn)
    sampled = [
        int(cell or 0)
        for piece in pieces_of(url, Manners(sample=500))
        if isinstance(piece, Cells)
        for cell in piece.cells[0]
    ]
    assert 0 < len(sampled) <= 500
    whole = [piece for piece in pieces_of(url, Manners("whole")) if isinstance(piece, Cells)]
    assert sum(len(piece.cells[0]) for piece in whole) == MANY


def test_nothing_can_be_written_while_it_is_read(filled: str) -> None:
    engine = reached(filled)
    with _reading(engine, 5) as connection, pytest.raises(InternalError, match="read-only"):
        connection.execution_options(stream_results=False).exec_driver_sql("DELETE FROM t_user")
    engine.dispose()


def test_a_query_that_takes_too_long_is_told(filled: str, postgres_dsn: str) -> None:
    with psycopg.connect(postgres_dsn) as holding:
        holding.execute("LOCK TABLE t_user IN ACCESS EXCLUSIVE MODE")
        # pg_catalog answers, the table does not: the statement's own time-out ends it
        url = filled + ("&" if "?" in filled else "?") + "options=-c%20lock_timeout%3D200"
        assert any(isinstance(piece, Unread) for piece in read_table(url, "t_user", Manners(timeout=1)))


def test_sqlite_is_read_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    file.write_bytes(sqlite())
    before = file.read_bytes()
    pauses: list[float] = []
    pieces = list(read_table(f"sqlite:///{file}", "t_user", Manners(rate=3), pauses.append))
    assert {each.item for each in findings(pieces)} == {"name", "phone", "id-number"}
    assert pauses == [3.0]
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.db"]


def test_a_large_sqlite_table_is_sampled_from_all_over(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute("CREATE TABLE big (id INTEGER PRIMARY KEY)")
        connection.executemany("INSERT INTO big VALUES (?)", [(number,) for number in range(MANY)])
    connection.close()
    pieces = list(read_table(f"sqlite:///{tmp_path / 'x.db'}", "big", Manners(sample=1_000)))
    numbers = [int(cell or 0) for piece in pieces if isinstance(piece, Cells) for cell in piece.cells[0]]
    assert len(numbers) <= 1_000
    assert max(numbers) > MANY // 2


def test_an_address_is_told_without_its_password() -> None:
    assert shown("mysql+pymysql://u:secret@h/d?key=hidden") == "mysql+pymysql://u@h/d"


@pytest.mark.parametrize("url", ["nothing://x", "postgresql+psycopg://u:secret@127.0.0.1:1/x", "sqlite:////none/x.db"])
def test_what_is_no_database_is_refused_without_its_secrets(url: str) -> None:
    with pytest.raises((InvalidError, UnavailableError)) as caught:
        list(parts_of(url, Manners()))
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
