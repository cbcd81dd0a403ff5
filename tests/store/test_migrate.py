"""Migrations: again, at once, and on both dialects alike."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import ProgrammingError

from shouze.errors import ConflictError, TamperedError, UnavailableError
from shouze.store import migrate
from shouze.store.driver import SCHEMAS
from shouze.store.opening import prepare_postgres, prepare_sqlite


def sqlite_tables(folder: Path) -> list[tuple[str, str]]:
    found = []
    for schema in SCHEMAS:
        connection = sqlite3.connect(folder / f"{schema}.db")
        found += connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
        found += connection.execute("SELECT 'version', version_num FROM alembic_version").fetchall()
        connection.close()
    return found


def postgres_tables(url: str) -> list[tuple[str, str]]:
    with psycopg.connect(url) as connection:
        sql = """SELECT table_schema || '.' || table_name, string_agg(column_name, ' ' ORDER BY column_name)
            FROM information_schema.columns
            JOIN pg_class ON pg_class.oid = format('%%I.%%I', table_schema, table_name)::regclass AND NOT relispartition
            WHERE table_schema = ANY(%s) GROUP BY 1 ORDER BY 1"""
        found = connection.execute(sql, [list(SCHEMAS)]).fetchall()
        for schema in SCHEMAS:
            found += connection.execute(f"SELECT 'version', version_num FROM {schema}.alembic_version").fetchall()
    return found


@pytest.mark.parametrize("at_once", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_migrations_that_start_at_once_make_one_set_of_tables(
    at_once: Callable[..., ThreadPoolExecutor | ProcessPoolExecutor], tmp_path: Path, postgres_dsn: str
) -> None:
    options = {"mp_context": multiprocessing.get_context("spawn")} if at_once is ProcessPoolExecutor else {}
    with at_once(3, **options) as pool:
        list(pool.map(prepare_sqlite, [tmp_path / "store"] * 3))
        list(pool.map(prepare_postgres, [postgres_dsn] * 3))
    prepare_sqlite(tmp_path / "alone")
    assert sqlite_tables(tmp_path / "store") == sqlite_tables(tmp_path / "alone")
    assert [name for name, _ in postgres_tables(postgres_dsn)].count("version") == len(SCHEMAS)


def test_migrating_again_changes_nothing_and_keeps_every_row(folder: Path) -> None:
    before = sqlite_tables(folder)
    connection = sqlite3.connect(folder / "custody.db", isolation_level=None)
    connection.execute("INSERT INTO seen VALUES ('desk', 'n', 1)")
    prepare_sqlite(folder)
    assert sqlite_tables(folder) == before
    assert connection.execute("SELECT * FROM seen").fetchall() == [("desk", "n", 1)]
    connection.close()


def test_migrating_postgresql_again_changes_nothing_and_keeps_every_row(url: str) -> None:
    before = postgres_tables(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO custody.seen VALUES ('desk', 'n', 1)")
        prepare_postgres(url)
        assert connection.execute("SELECT * FROM custody.seen").fetchall() == [("desk", "n", 1)]
    assert postgres_tables(url) == before


def test_sealed_values_move_closer_together_and_leave_nothing_where_they_were(tmp_path: Path) -> None:
    migrate.migrate_sqlite(tmp_path / "custody.db", "custody", "custody_0007")
    rows = [(f"subject-{n:04}", "mobile/service", "", 1, f"sealed {n:04}".encode() * 100) for n in range(200)]
    file = sqlite3.connect(tmp_path / "custody.db")
    with file:
        file.executemany("INSERT INTO subject_value VALUES (?, ?, ?, ?, ?)", rows)
    before = pages_of(file, "subject_value")
    file.close()

    migrate.migrate_sqlite(tmp_path / "custody.db", "custody")

    file = sqlite3.connect(tmp_path / "custody.db")
    assert file.execute("SELECT * FROM subject_value ORDER BY subject").fetchall() == rows
    assert 2 * pages_of(file, "subject_value") < before
    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.close()
    content = (tmp_path / "custody.db").read_bytes()
    assert [content.count(f"sealed {n:04}".encode()) for n in range(200)] == [100] * 200


def pages_of(file: sqlite3.Connection, table: str) -> int:
    [(pages,)] = file.execute("SELECT count(*) FROM dbstat WHERE name = ?", (table,)).fetchall()
    return int(pages)


def test_both_dialects_have_the_same_tables_and_columns(folder: Path, url: str) -> None:
    found = []
    for schema in SCHEMAS:
        connection = sqlite3.connect(folder / f"{schema}.db")
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"):
            columns = sorted(row[1] for row in connection.execute(f"PRAGMA table_info({name})"))
            found.append((f"{schema}.{name}", " ".join(columns)))
        connection.close()
    assert sorted(found) == [(name, columns) for name, columns in postgres_tables(url) if name != "version"]


def test_every_table_of_a_subject_is_keyed_by_what_it_would_be_distributed_by(folder: Path) -> None:
    first = {"binding": {"tag"}, "reply": {"caller"}, "seen": {"issuer"}, "staging": {"node"}, "opening": {"node"},
             "look_up": {"node"}, "subject_value": {"subject"}, "ending": {"subject"}, "service_user": {"subject"},
             "subject_key": {"subject"}}  # fmt: skip
    checked = set()
    for schema in SCHEMAS:
        connection = sqlite3.connect(folder / f"{schema}.db")
        for name, by in first.items():
            for _, index, unique, *_ in connection.execute(f"PRAGMA index_list({name})").fetchall():
                if unique:
                    assert by <= {row[2] for row in connection.execute(f"PRAGMA index_info({index})")}
                    checked.add(name)
        connection.close()
    assert checked == set(first)


def test_a_present_store_is_checked_in_well_under_a_second(folder: Path) -> None:
    started = time.perf_counter()
    prepare_sqlite(folder)
    assert time.perf_counter() - started < 1


def test_a_file_that_another_writer_holds_is_unavailable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "PATIENCE", 0.1)
    writer = sqlite3.connect(folder / "log.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnavailableError):
        migrate.migrate_sqlite(folder / "log.db", "log")
    writer.close()


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "log.db").write_bytes(b"a letter, not a database" * 100)
    with pytest.raises(TamperedError):
        migrate.migrate_sqlite(tmp_path / "log.db", "log")
    assert (tmp_path / "log.db").read_bytes().startswith(b"a letter")


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(UnavailableError):
        migrate.migrate_postgres("postgresql://shouze@127.0.0.1:1/none", "log")


def test_tables_newer_than_the_program_are_left_as_they_are(folder: Path, postgres_dsn: str) -> None:
    with sqlite3.connect(folder / "log.db") as file:
        file.execute("UPDATE alembic_version SET version_num = 'log_0099'")
    file.close()
    told: list[str] = []
    before = sqlite_tables(folder)
    migrate.migrate_sqlite(folder / "log.db", "log", tell=told.append)
    assert (sqlite_tables(folder), told) == (before, [])
    prepare_postgres(postgres_dsn)
    with psycopg.connect(postgres_dsn, autocommit=True) as server:
        server.execute("UPDATE log.alembic_version SET version_num = 'log_0099'")
        migrate.migrate_postgres(postgres_dsn, "log", tell=told.append)
        assert server.execute("SELECT version_num FROM log.alembic_version").fetchone() == ("log_0099",)
    assert told == []


def test_a_revision_of_nobody_is_a_conflict(folder: Path) -> None:
    with sqlite3.connect(folder / "log.db") as file:
        file.execute("UPDATE alembic_version SET version_num = 'a1b2c3'")
    file.close()
    with pytest.raises(ConflictError, match="a1b2c3"):
        migrate.migrate_sqlite(folder / "log.db", "log")


STEP = """
from alembic import op
from shouze.store.layout import index_while_serving, table
revision, down_revision = "log_{number:04}", {before!r}
def upgrade() -> None:
    {act}
"""


def chain(folder: Path, *acts: str) -> None:
    """Write a chain of revisions of the log that do these things."""
    (folder / "log").mkdir(exist_ok=True)
    for number, act in enumerate(acts, 1):
        before = f"log_{number - 1:04}" if number > 1 else None
        step = STEP.format(number=number, before=before, act=act)
        (folder / "log" / f"log_{number:04}.py").write_text(step)


MAKE = 'table("log", "leaf", "n integer NOT NULL PRIMARY KEY", "day text")'
WIDEN = 'op.execute("ALTER TABLE log.leaf ADD COLUMN wide BIGINT")'
INDEX = 'index_while_serving("log", "leaf_day", "leaf (day)", where="day IS NOT NULL")'
FAIL = 'op.execute("SELECT broken")'


@pytest.fixture
def revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(migrate, "FOLDER", tmp_path)
    monkeypatch.setattr(migrate, "LOCK_PATIENCE", 0.1)
    monkeypatch.setattr(migrate, "TRIES", 3)
    return tmp_path


def test_a_migration_that_was_cut_off_goes_on_where_it_stopped(revisions: Path, postgres_dsn: str) -> None:
    chain(revisions, MAKE, FAIL, INDEX)
    with pytest.raises(ProgrammingError):
        migrate.migrate_postgres(postgres_dsn, "log")
    chain(revisions, MAKE, WIDEN, INDEX)
    told: list[str] = []
    migrate.migrate_postgres(postgres_dsn, "log", tell=told.append)
    assert told == ["log_0002", "log_0003"]


def test_a_revision_gives_way_to_who_holds_the_table_and_is_unavailable_in_the_end(
    revisions: Path, postgres_dsn: str
) -> None:
    chain(revisions, MAKE)
    migrate.migrate_postgres(postgres_dsn, "log")
    chain(revisions, MAKE, WIDEN)
    with psycopg.connect(postgres_dsn) as reader:
        reader.execute("SELECT * FROM log.leaf")
        with pytest.raises(UnavailableError):
            migrate.migrate_postgres(postgres_dsn, "log")
        with ThreadPoolExecutor() as pool:
            migrating = pool.submit(migrate.migrate_postgres, postgres_dsn, "log")
            reader.rollback()
            migrating.result()
        assert reader.execute("SELECT wide FROM log.leaf").fetchall() == []


def test_an_index_is_made_while_others_write_and_anew_where_it_was_cut_off(
    revisions: Path, postgres_dsn: str, tmp_path: Path
) -> None:
    chain(revisions, MAKE)
    migrate.migrate_postgres(postgres_dsn, "log")
    chain(revisions, MAKE, INDEX)
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'log.leaf_day'::regclass"
    with psycopg.connect(postgres_dsn, autocommit=True) as writer:
        writer.execute("INSERT INTO log.leaf SELECT n, n::text FROM generate_series(1, 100) AS n")
        writer.execute("CREATE INDEX leaf_day ON log.leaf (day)")
        writer.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'log.leaf_day'::regclass")
        with ThreadPoolExecutor() as pool:
            writer.execute("BEGIN")
            writer.execute("INSERT INTO log.leaf VALUES (101, 'x')")
            migrating = pool.submit(migrate.migrate_postgres, postgres_dsn, "log")
            time.sleep(0.3)
            with psycopg.connect(postgres_dsn, autocommit=True) as other:
                other.execute("SET lock_timeout = 30000; INSERT INTO log.leaf VALUES (102, 'y')")
            assert not migrating.done()
            writer.execute("COMMIT")
            migrating.result()
        assert writer.execute(valid).fetchone() == (True,)
    migrate.migrate_sqlite(tmp_path / "log.db", "log")
    with sqlite3.connect(tmp_path / "log.db") as file:
        assert ("leaf_day",) in file.execute("SELECT name FROM sqlite_schema").fetchall()
    file.close()
