"""PostgreSQL: silent, slow, locked, away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import psycopg
import pytest

from shouze.errors import UnavailableError
from shouze.store.driver import DuplicateError
from shouze.store.log_advisory_lock import AdvisoryLock
from shouze.store.postgres import PostgresDatabase

SEE = "INSERT INTO custody.seen (issuer, number, until) VALUES (:issuer, :number, 0)"
COUNT = "SELECT count(*) FROM custody.seen"
PATIENCE = 0.4


def row(number: int) -> dict[str, str]:
    return {"issuer": "desk", "number": f"{number}"}


class Line:
    """A line to a server, whose other end can fall silent without hanging up."""

    def __init__(self, url: str) -> None:
        self._place = urlsplit(url)
        self._silent = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> str:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return self._place._replace(netloc=f"shouze@127.0.0.1:{port}").geturl()

    def fall_silent(self) -> None:
        self._silent.set()

    async def close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._place.hostname
        far_reader, far_writer = await asyncio.open_connection(self._place.hostname, self._place.port)
        self._tasks += [asyncio.create_task(self._carry(reader, far_writer))]
        self._tasks += [asyncio.create_task(self._carry(far_reader, writer))]

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while content := await reader.read(65_536):
                if not self._silent.is_set():
                    writer.write(content)
        except ConnectionError:
            pass
        finally:
            writer.close()


@pytest.fixture
async def line(url: str) -> AsyncIterator[Line]:
    opened = Line(url)
    yield opened
    await opened.close()


@pytest.fixture
async def database(url: str) -> AsyncIterator[PostgresDatabase]:
    opened = PostgresDatabase(url, patience=PATIENCE)
    yield opened
    await opened.close()


async def test_a_server_that_falls_silent_is_unavailable_in_time(line: Line) -> None:
    database = PostgresDatabase(await line.open(), patience=PATIENCE, connections=1)
    assert await database.fetch(COUNT) == [(0,)]
    line.fall_silent()
    for attempt in (database.fetch(COUNT), database.execute(SEE, row(1)), database.write_all([(SEE, row(1))])):
        started = time.monotonic()
        with pytest.raises(UnavailableError):
            await attempt
        assert time.monotonic() - started < 4 * PATIENCE
    await database.close()


async def test_a_caller_that_gives_up_on_a_silent_server_is_let_go_in_time(line: Line) -> None:
    database = PostgresDatabase(await line.open(), patience=PATIENCE)
    assert await database.fetch(COUNT) == [(0,)]
    line.fall_silent()
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(PATIENCE / 4):
            await database.fetch(COUNT)
    assert time.monotonic() - started < 4 * PATIENCE
    await database.close()


async def test_the_sequencer_s_lock_is_unavailable_in_time_too(line: Line) -> None:
    lock = AdvisoryLock(await line.open(), patience=PATIENCE)
    assert await lock.take()
    line.fall_silent()
    started = time.monotonic()
    with pytest.raises(UnavailableError):
        await lock.take()
    assert time.monotonic() - started < 4 * PATIENCE


async def test_a_server_that_is_not_there_is_unavailable_in_time() -> None:
    database = PostgresDatabase("postgresql://shouze@127.0.0.1:1/none", patience=PATIENCE)
    started = time.monotonic()
    with pytest.raises(UnavailableError):
        await database.fetch("SELECT 1")
    assert time.monotonic() - started < 4 * PATIENCE
    await database.close()


async def test_a_slow_statement_is_ended_by_the_server_and_the_connection_goes_on(url: str) -> None:
    database = PostgresDatabase(url, patience=PATIENCE, connections=1)
    [(before,)] = await database.fetch("SELECT pg_backend_pid()")
    with pytest.raises(UnavailableError):
        await database.fetch("SELECT pg_sleep(60)")
    assert await database.fetch("SELECT pg_backend_pid()") == [(before,)]
    await database.close()


async def test_a_locked_row_is_unavailable_and_nothing_is_half_done(database: PostgresDatabase, url: str) -> None:
    await database.execute(SEE, row(1))
    with psycopg.connect(url) as other:
        other.execute("SELECT * FROM custody.seen FOR UPDATE")
        with pytest.raises(UnavailableError):
            await database.write_all(
                [(SEE, row(2)), ("UPDATE custody.seen SET until = 1 WHERE until = :old", {"old": 0})]
            )
    assert await database.fetch(COUNT) == [(1,)]


async def test_what_fails_midway_is_taken_back(database: PostgresDatabase) -> None:
    with pytest.raises(DuplicateError):
        async with database.transaction() as transaction:
            await transaction.execute_many(SEE, [row(1), row(2), row(1)])
    with pytest.raises(DuplicateError):
        await database.write_all([(SEE, row(1)), (SEE, row(2)), (SEE, row(1))])
    assert await database.fetch(COUNT) == [(0,)]
    await database.write_all([(SEE, row(1)), (SEE, row(2))])
    assert await database.fetch(COUNT) == [(2,)]


async def test_an_error_shows_no_value(database: PostgresDatabase) -> None:
    number = {"issuer": "desk", "number": "13800000000"}
    await database.execute(SEE, number)
    with pytest.raises(DuplicateError) as error:
        await database.execute(SEE, number)
    assert "138" not in f"{error.value}{error.value.say('zh')}"
    assert error.value.__suppress_context__


async def test_a_server_that_only_reads_is_unavailable(url: str) -> None:
    database = PostgresDatabase(url, connections=1)
    async with database.transaction() as transaction:
        await transaction.execute("SET default_transaction_read_only = on")
    with pytest.raises(UnavailableError):
        await database.execute(SEE, row(1))
    await database.close()


async def test_connections_keep_utc_and_wait_for_the_disk(database: PostgresDatabase) -> None:
    wanted = {"timezone": "UTC", "synchronous_commit": "on", "statement_timeout": "300ms"}
    # A client that is gone without a word holds no lock for hours.
    wanted |= {"tcp_keepalives_idle": "1", "tcp_keepalives_interval": "1", "tcp_user_timeout": "4000"}
    for name, value in wanted.items():
        assert await database.fetch(f"SHOW {name}") == [(value,)]


async def test_a_closed_pool_is_unavailable(url: str) -> None:
    database = PostgresDatabase(url)
    assert await database.fetch("SELECT 1") == [(1,)]
    await database.close()
    with pytest.raises(UnavailableError):
        await database.fetch("SELECT 1")


async def test_percent_signs_and_casts_mean_themselves(database: PostgresDatabase) -> None:
    assert await database.fetch("SELECT 'a%'::text, 7 % 4 WHERE :name LIKE 'a%'", {"name": "abc"}) == [("a%", 3)]


async def test_what_is_long_is_compressed_by_lz4_where_the_server_can(database: PostgresDatabase) -> None:
    can = await database.fetch(
        "SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)"
    )
    [(setting,)] = await database.fetch("SELECT current_setting('default_toast_compression', true)")
    assert (setting == "lz4") == bool(can)
