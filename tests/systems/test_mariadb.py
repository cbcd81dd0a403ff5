"""The scanner on a real MariaDB: columns with comments, numbers, nothing written, statements that end."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

from shouze.discovery.places import parts_of
from shouze.discovery.reading.database import Manners, _reading, reached
from tests.discovery.looking import findings
from tests.discovery.reading.files import ROWS

pytestmark = pytest.mark.systems
PATIENCE = 60.0


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a server of its own on loopback, with a table of people; ``make test-systems`` installs it."""
    server, install = shutil.which("mariadbd", path="/usr/sbin:/usr/bin"), shutil.which("mariadb-install-db")
    assert server, "mariadb-server is missing: run tools/setup.sh mariadb"
    assert install
    folder = tmp_path_factory.mktemp("mariadb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    user = f"--user={Path(folder).owner()}"
    made = [install, "--no-defaults", f"--datadir={folder}/db", "--auth-root-authentication-method=normal", user]
    subprocess.run(made, check=True, capture_output=True)
    run = [server, "--no-defaults", f"--datadir={folder}/db", f"--socket={folder}/s", f"--port={port}", user,
           "--bind-address=127.0.0.1", f"--pid-file={folder}/pid"]  # fmt: skip
    with subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            _fill(f"{folder}/s", running)
            yield f"mysql+pymysql://scanner:pass@127.0.0.1:{port}/old"
        finally:
            running.terminate()
            running.wait(PATIENCE)


def _fill(place: str, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while not Path(place).exists():
        assert running.poll() is None, "the server ended"
        assert time.monotonic() < until, "the server does not answer"
        time.sleep(0.1)
    connection = pymysql.connect(unix_socket=place, user="root", charset="utf8mb4", autocommit=True)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE old CHARACTER SET utf8mb4")
        cursor.execute("CREATE USER scanner@'127.0.0.1' IDENTIFIED BY 'pass'")
        cursor.execute("GRANT ALL ON old.* TO scanner@'127.0.0.1'")
        cursor.execute(
            "CREATE TABLE old.t_user (id INT PRIMARY KEY, khxm VARCHAR(30), f1 BIGINT, f2 CHAR(18) COMMENT '身份证号')"
        )
        rows = [(number, *row) for number, row in enumerate(ROWS)]
        cursor.executemany("INSERT INTO old.t_user VALUES (%s, %s, %s, %s)", rows)


def test_columns_are_read_with_numbers_and_comments(address: str) -> None:
    pieces = [piece for part in parts_of(address, Manners()) for piece in part.pieces(Manners())]
    found = {each.place: (each.item, each.count) for each in findings(pieces)}
    assert found == {
        "t_user.khxm": ("name", 9), "t_user.f1": ("phone", 9), "t_user.f2": ("id-number", 9),
    }  # fmt: skip


def test_nothing_can_be_written_and_statements_end(address: str) -> None:
    engine = reached(address)
    with _reading(engine, 1) as connection:
        plain = connection.execution_options(stream_results=False)
        with pytest.raises(Exception, match="READ ONLY"):
            plain.exec_driver_sql("DELETE FROM t_user")
        with pytest.raises(Exception, match="max_statement_time"):
            plain.exec_driver_sql("SELECT SLEEP(20) FROM t_user")
    engine.dispose()
