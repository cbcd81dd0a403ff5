"""With its store gone, full, read-only, broken, slow, or its clock turned back, nothing personal leaves the gateway.

Over real connections to a real server; every byte that it says is looked through.
"""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import psycopg
import pytest

from shouze.cli.failing import UNAVAILABLE
from shouze.settings import Settings
from tests import postgres
from tests.cli.shell import PATIENCE, Shell
from tests.faults.disk import ERRORS, Disk
from tests.faults.line import Fault, Line
from tests.faults.serving import OPENING, Said, Served, prepare, served

CLOSED = {"record-unavailable", "unavailable"}


def check_open(server: Served) -> None:
    """All is well, or soon so: whoever may sees the values, and until then nothing of them."""
    deadline = time.monotonic() + PATIENCE
    while True:
        said = server.ask_all(OPENING)
        assert {each.status for each in said} <= {200, 503}, said
        assert all(bool(each.sings) == (each.status == 200) for each in said)
        if all(each.status == 200 for each in said):
            return
        assert time.monotonic() < deadline, said


def check_closed(server: Served, codes: set[str] = CLOSED) -> None:
    """Nothing is answered but that it cannot be done now, and nothing personal is in any byte."""
    said = server.ask_all()
    assert [each.sings for each in said if each.sings] == []
    assert {each.status for each in said} <= {503, 401}, said
    assert {each.body["code"] for each in said if each.status == 503} <= codes, said
    assert sum(each.status == 503 for each in said) >= len(OPENING)


@pytest.mark.duty("A13-6-oplog")
def test_a_disk_that_is_full_read_only_or_broken_and_a_clock_that_steps_back(tmp_path: Path) -> None:
    home, disk = tmp_path / "home", Disk(tmp_path / "disk")
    asyncio.run(prepare(home, Settings(patience=1)))
    with served(home, **disk.environment()) as (server, process):
        check_open(server)
        for error in ERRORS:
            disk.arm("fails", home, error=error, sticky=True)
            check_closed(server, {"record-unavailable"})
            assert disk.hits
            disk.heal()
            check_open(server)
        disk.move_clock(-3600)
        check_closed(server)
        disk.move_clock(0)
        check_open(server)
        process.send_signal(signal.SIGTERM)
        out, error = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, error
        assert not Said((out + error).encode()).sings
    assert "faults 0" in Shell(home)("log", "verify")


@pytest.mark.lasting
@pytest.mark.duty("A13-6-oplog")
def test_a_disk_that_hangs_ends_the_process_and_nothing_was_said(tmp_path: Path) -> None:
    home, disk = tmp_path / "home", Disk(tmp_path / "disk")
    asyncio.run(prepare(home, Settings(patience=0.2)))
    with served(home, **disk.environment()) as (server, process):
        check_open(server)
        disk.arm("hangs", home, sticky=True)
        said = server.ask_all()
        assert {each.raw for each in said} == {b""}
        _, error = process.communicate(timeout=PATIENCE)
        assert process.returncode == UNAVAILABLE
        assert "disk does not answer" in error
    disk.heal()
    with served(home) as (server, process):
        check_open(server)


FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON log.staging EXECUTE FUNCTION full_disk()
"""
READ_ONLY = "ALTER DATABASE {name} SET default_transaction_read_only = {word}"
HANG_UP = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class Server:
    """A database server in trouble, and out of it again: on its line, or by its own administrator."""

    def __init__(self, line: Line, administrator: psycopg.Connection[tuple[object]], name: str) -> None:
        self.line, self._administrator, self._name = line, administrator, name

    def trouble(self, which: str) -> None:
        """Be gone, full, read-only or silent."""
        if which == "gone":
            self.line.cut()
        elif which == "full":
            self._run(FULL)
        elif which == "read-only":
            self._run(READ_ONLY.format(name=self._name, word="on"), HANG_UP)
        else:
            self.line.silent = True

    def mend(self, which: str) -> None:
        """Be well again."""
        if which == "gone":
            self.line.mend()
        elif which == "full":
            self._run("DROP TRIGGER full_disk ON log.staging; DROP FUNCTION full_disk")
        elif which == "read-only":
            self._run(READ_ONLY.format(name=self._name, word="off"), HANG_UP)
        else:
            self.line.silent = False
            self.line.hang_up()

    def _run(self, *statements: str) -> None:
        for statement in statements:
            self._administrator.execute(statement.encode())


@pytest.mark.lasting
@pytest.mark.duty("A13-6-oplog")
def test_a_server_that_is_gone_full_read_only_slow_or_silent(tmp_path: Path) -> None:
    with postgres.database(prepared=True) as url, psycopg.connect(url, autocommit=True) as administrator:
        line, home = Line(url), tmp_path / "home"
        database = Server(line, administrator, url.rpartition("/")[2])
        asyncio.run(prepare(home, Settings(database=url, patience=0.5)))
        (home / "shouze.toml").write_text(f'database = "{line.url}"\npatience = 0.5\n')
        with served(home) as (server, process):
            check_open(server)
            for trouble in ("gone", "full", "read-only", "silent"):
                database.trouble(trouble)
                check_closed(server)
                database.mend(trouble)
                check_open(server)
            line.fault = Fault("INSERT INTO log.staging", "hangs")
            said = server.ask(*OPENING[0])
            assert (said.status, said.body["code"], said.sings) == (503, "record-unavailable", set())
            check_open(server)
            process.send_signal(signal.SIGTERM)
            out, error = process.communicate(timeout=PATIENCE)
            assert process.returncode == 0, error
            assert not Said((out + error).encode()).sings
        line.cut()
        (home / "shouze.toml").write_text(f'database = "{url}"\n')
        assert "faults 0" in Shell(home)("log", "verify")
