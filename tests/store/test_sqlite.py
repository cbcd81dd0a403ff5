"""SQLite: durable, locked, full, damaged, and shared by loops."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shouze.errors import TamperedError, UnavailableError
from shouze.gateway.ports import Change, SealedValue
from shouze.rules.standing import Standing
from shouze.store.custody import StoredCustody
from shouze.store.driver import SCHEMAS, DuplicateError, Schema
from shouze.store.opening import open_sqlite
from shouze.store.policies import StoredPolicies
from shouze.store.sqlite import AT_ONCE, SqliteDatabase, connect

SEE = "INSERT INTO custody.seen (issuer, number, until) VALUES (:issuer, :number, 0)"
COUNT = "SELECT count(*) FROM custody.seen"


def row(number: int) -> dict[str, str]:
    return {"issuer": "desk", "number": f"{number}"}


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / "custody.db"


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_commit_is_synced_and_what_is_deleted_is_overwritten(folder: Path, schema: Schema) -> None:
    connection = connect(folder / f"{schema}.db", schema)
    wanted = {f"{schema}.journal_mode": "wal", f"{schema}.synchronous": 2, f"{schema}.secure_delete": 1,
              "foreign_keys": 1, "fullfsync": 1, "temp_store": 2, "trusted_schema": 0}  # fmt: skip
    assert {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    connection.close()


def test_files_are_for_their_owner_only(folder: Path) -> None:
    stores = open_sqlite(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {
        f"{schema}.db{part}": 0o600 for schema in SCHEMAS for part in ("", "-wal", "-shm")
    }
    asyncio.run(stores.close())


@pytest.mark.parametrize("count", [0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE + 7])
async def test_many_rows_are_all_written_each_once_or_none_where_one_is_there_already(path: Path, count: int) -> None:
    database = SqliteDatabase(path, "custody")
    rows = [("desk", f"{number}", number) for number in range(count)]
    async with database.transaction() as transaction:
        await transaction.insert_many("custody.seen", ("issuer", "number", "until"), rows)
    written = await database.fetch("SELECT issuer, number, until FROM custody.seen ORDER BY until")
    assert written == rows
    more = [("desk", f"{number}", number) for number in range(-2 * AT_ONCE, 1)]
    if rows:
        with pytest.raises(DuplicateError):
            async with database.transaction() as transaction:
                await transaction.insert_many("custody.seen", ("issuer", "number", "until"), more)
    assert await database.fetch("SELECT issuer, number, until FROM custody.seen ORDER BY until") == rows
    await database.close()


async def test_a_locked_database_is_unavailable_in_time_and_nothing_is_half_done(path: Path) -> None:
    database = SqliteDatabase(path, "custody", patience=0.1)
    custody = StoredCustody(database, StoredPolicies(database))
    assert await custody.change(Change("s", 0, Standing()))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with asyncio.timeout(1):
        with pytest.raises(UnavailableError) as error:
            await custody.change(Change("s", 1, Standing(), (SealedValue("g", "i", 1, b""),)))
    assert error.value.field == "custody"
    other.execute("ROLLBACK")
    assert other.execute("SELECT revision FROM subject").fetchall() == [(1,)]
    assert other.execute("SELECT count(*) FROM subject_value").fetchone() == (0,)
    assert await custody.change(Change("s", 1, Standing()))
    other.close()


async def test_what_fails_midway_is_taken_back_and_the_next_write_goes_well(path: Path) -> None:
    database = SqliteDatabase(path, "custody")
    with pytest.raises(DuplicateError):
        async with database.transaction() as transaction:
            await transaction.execute_many(SEE, [row(1), row(2), row(1)])
    assert await database.fetch(COUNT) == [(0,)]
    assert await database.execute(SEE, row(1)) == 1
    await database.close()


async def test_a_read_sees_only_what_is_committed_and_cannot_write(path: Path) -> None:
    database = SqliteDatabase(path, "custody")
    async with database.transaction() as transaction:
        await transaction.execute(SEE, row(1))
        assert await database.fetch(COUNT) == [(0,)]
        assert await transaction.fetch(COUNT) == [(1,)]
    assert await database.fetch(COUNT) == [(1,)]
    with pytest.raises(UnavailableError):
        await database.fetch(SEE, row(2))
    await database.close()


async def test_one_task_writes_at_a_time_and_the_others_wait_or_give_up(path: Path) -> None:
    database = SqliteDatabase(path, "custody", patience=0.1)
    async with database.transaction():
        with pytest.raises(UnavailableError):
            await database.execute(SEE, row(1))
    inside = []

    async def write(number: int) -> None:
        async with database.transaction() as transaction:
            inside.append(number)
            await asyncio.sleep(0)
            await transaction.execute(SEE, row(number))
            assert inside.pop() == number
            assert not inside

    await asyncio.gather(*(write(number) for number in range(9)))
    assert await database.fetch(COUNT) == [(9,)]
    await database.close()


def test_it_serves_event_loops_one_after_another_and_at_once(path: Path) -> None:
    database = SqliteDatabase(path, "custody")

    async def write(start: int) -> None:
        for number in range(start, start + 10):
            async with database.transaction() as transaction:
                await asyncio.sleep(0)
                await transaction.execute(SEE, row(number))
            await database.fetch(COUNT)

    asyncio.run(write(0))
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda start: asyncio.run(write(start)), (10, 20, 30)))
    assert asyncio.run(database.fetch(COUNT)) == [(40,)]
    asyncio.run(database.close())


def test_a_file_that_is_no_database_is_tampered_with(tmp_path: Path) -> None:
    (tmp_path / "custody.db").write_bytes(b"no database" * 1000)
    with pytest.raises(TamperedError):
        SqliteDatabase(tmp_path / "custody.db", "custody")


def test_a_damaged_page_is_tampered_with(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(TamperedError):
        asyncio.run(SqliteDatabase(path, "custody").fetch("SELECT * FROM custody.seen"))


async def test_a_full_disk_is_unavailable_and_nothing_is_half_done(path: Path) -> None:
    database = SqliteDatabase(path, "custody")
    [(pages,)] = database._write.execute("PRAGMA custody.page_count").fetchall()
    database._write.execute(f"PRAGMA custody.max_page_count={pages}").fetchall()
    with pytest.raises(UnavailableError):
        async with database.transaction() as transaction:
            await transaction.execute_many(SEE, [row(number) for number in range(5000)])
    assert await database.fetch(COUNT) == [(0,)]
    await database.close()


async def test_a_caller_that_goes_takes_no_other_callers_write_with_it(path: Path) -> None:
    database = SqliteDatabase(path, "custody")
    gone, stays = (asyncio.create_task(database.execute(SEE, row(number))) for number in (1, 2))
    asyncio.get_running_loop().call_soon(gone.cancel)
    assert await stays == 1
    assert await database.execute(SEE, row(3)) == 1
    await asyncio.gather(gone, return_exceptions=True)
    await database.close()


async def test_a_disk_that_fills_up_is_told_to_every_writer_then(path: Path) -> None:
    database = SqliteDatabase(path, "custody")
    [(pages,)] = database._write.execute("PRAGMA custody.page_count").fetchall()
    database._write.execute(f"PRAGMA custody.max_page_count={pages}").fetchall()

    async def write(first: int) -> None:
        async with database.transaction() as transaction:
            await transaction.execute_many(SEE, [row(number) for number in range(first, first + 5000)])

    outcomes = await asyncio.gather(write(0), write(5000), write(10_000), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [UnavailableError] * 3
    assert await database.fetch(COUNT) == [(0,)]
    await database.close()


async def test_what_sqlite_takes_back_by_itself_is_told_to_whoever_wrote_it(path: Path) -> None:
    database = SqliteDatabase(path, "custody")
    await database.execute(SEE, row(1))
    attempts = database.execute(SEE, row(2)), database.execute(SEE.replace("INSERT", "INSERT OR ROLLBACK"), row(1))
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [UnavailableError, DuplicateError]
    assert await database.fetch(COUNT) == [(1,)]
    await database.close()


async def test_what_comes_after_sqlite_took_all_back_by_itself_writes_nothing_alone(path: Path) -> None:
    database = SqliteDatabase(path, "custody")

    async def taken_back() -> None:
        async with database.transaction() as transaction:
            await transaction.execute(SEE, row(1))
            await transaction.execute("ROLLBACK")  # as SQLite does when its disk fails

    found = await asyncio.gather(taken_back(), *(database.execute(SEE, row(n)) for n in (2, 3)), return_exceptions=True)
    assert all(isinstance(each, UnavailableError | sqlite3.Error) for each in found)
    assert [type(each) for each in found[1:]] == [UnavailableError] * 2
    assert await database.fetch(COUNT) == [(0,)]
    await database.execute(SEE, row(4))
    await database.close()


async def test_a_mistake_in_a_statement_is_no_outage(path: Path) -> None:
    database = SqliteDatabase(path, "custody")
    with pytest.raises(sqlite3.OperationalError):
        await database.fetch("SELECT * FROM custody.no_such_table")
    await database.close()


OTHER_PROGRAM = """
import asyncio, sys
from pathlib import Path
from shouze.store.sqlite import SqliteDatabase

async def main():
    database = SqliteDatabase(Path(sys.argv[1]), "log")
    await database.execute("INSERT INTO log.t (n) VALUES (:n)", {"n": int(sys.argv[2])})
    await database.close()

asyncio.run(main())
"""


def come_and_go(path: Path, number: int) -> None:
    subprocess.run([sys.executable, "-c", OTHER_PROGRAM, str(path), str(number)], check=True, timeout=300)


async def test_programs_that_come_and_go_leave_the_file_whole_for_one_that_stays(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    made = SqliteDatabase(path, "log")
    await made.execute("CREATE TABLE log.t (n INTEGER, filling BLOB)")
    await made.close()
    staying = SqliteDatabase(path, "log")
    for number in range(4):
        await staying.execute("INSERT INTO log.t (n, filling) VALUES (:n, zeroblob(5000))", {"n": 10 + number})
        await asyncio.to_thread(come_and_go, path, number)
        assert (tmp_path / "log.db-wal").stat().st_size > 0
        assert await staying.fetch("PRAGMA log.integrity_check") == [("ok",)]
    assert await staying.fetch("SELECT count(*), count(DISTINCT n) FROM log.t") == [(8, 8)]
    await staying.close()


async def test_what_is_grouped_already_is_committed_at_once_with_what_came_before_it(path: Path) -> None:
    database, waited = SqliteDatabase(path, "custody"), asyncio.Event()

    async def before() -> None:
        await database.execute(SEE, row(1))
        waited.set()

    async def grouped() -> int:
        async with database.transaction(grouped=True) as transaction:
            await transaction.execute(SEE, row(2))
        [(count,)] = await database.fetch(COUNT)
        return int(count)

    async def fails() -> None:
        async with database.transaction(grouped=True) as transaction:
            await transaction.execute(SEE, row(3))
            await transaction.execute(SEE, row(2))

    first, second = asyncio.create_task(before()), asyncio.create_task(grouped())
    third, last = asyncio.create_task(fails()), asyncio.create_task(database.execute(SEE, row(4)))
    assert await second == 2
    assert not waited.is_set()
    with pytest.raises(DuplicateError):
        await third
    await asyncio.gather(first, last)
    assert await database.fetch(COUNT) == [(3,)]
    await database.close()
