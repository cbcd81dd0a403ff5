"""One private PostgreSQL server for a whole test run, and a new database for each test.

The process that starts the run reserves a folder and holds its *lifeline*, a named pipe. Whichever process first needs
the server starts it, under a lock, with the reading end of the lifeline; when the holder goes, however it goes, the
pipe closes, the server stops and the folder is removed. The server listens on loopback and on a socket in that folder.

``SHOUZE_TEST_POSTGRES_SETTINGS`` changes its settings (``fsync=off,work_mem=8MB``); without it, it is as durable as
PostgreSQL comes.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from shouze.store.opening import prepare_postgres

FOLDER = "SHOUZE_TEST_POSTGRES_FOLDER"
SETTINGS = "SHOUZE_TEST_POSTGRES_SETTINGS"
PATIENCE = 60.0
"""Seconds that a start or a stop may take on a busy machine."""

SUPERVISE = """
exec 3<&0
folder=$1; shift
{
    "$@" >"$folder/log" 2>&1 </dev/null 3<&- &
    server=$!
    cat <&3
    kill -QUIT $server
    wait $server
    rm -rf "$folder"
} &
"""


class Reservation:
    """The folder of one run's server and the lifeline that keeps the server alive; made once, by the run's process.

    A reservation made within another hides it until its end.
    """

    def __init__(self) -> None:
        self._outer = os.environ.get(FOLDER)
        self.folder = Path(tempfile.mkdtemp(prefix="shouze-postgres-"))
        os.mkfifo(self.folder / "lifeline")
        self._lifeline = os.open(self.folder / "lifeline", os.O_RDWR)
        os.environ[FOLDER] = str(self.folder)

    def end(self) -> None:
        """Stop the server if one was started, and wait until its folder is gone."""
        if self._outer is None:
            os.environ.pop(FOLDER, None)
        else:
            os.environ[FOLDER] = self._outer
        started = (self.folder / "url").exists()
        os.close(self._lifeline)
        deadline = time.monotonic() + PATIENCE
        while started and self.folder.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def database(*, prepared: bool = False) -> Iterator[str]:
    """Create a database, yield its URL, and drop it with whoever is still connected.

    It is empty, or ``prepared`` with the tables of a new installation: a copy of what the run migrates once.
    """
    folder = Path(os.environ[FOLDER])
    server = _url(folder)
    template = _prepared(folder, server) if prepared else "template0"
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {template}'.encode())
    try:
        yield f"{server}/{name}"
    finally:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _url(folder: Path) -> str:
    """Return the running server's URL without a database name; start the server when nobody has yet."""
    place = folder / "url"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            place.write_text(_start(folder))
    return place.read_text()


def _prepared(folder: Path, server: str) -> str:
    """Return the name of a database with the newest tables and no rows, to be copied; make it when nobody has yet."""
    name, made = "prepared", folder / "prepared"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {name}".encode())
                connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
            prepare_postgres(f"{server}/{name}")
            made.touch()
    return name


def _start(folder: Path) -> str:
    programs, owner = _programs(), _owner()
    if owner is not None:
        os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
    cluster, port = folder / "cluster", _free_port()
    subprocess.run(
        [programs / "initdb", "-D", cluster, "-U", "shouze", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True, capture_output=True, user=owner, cwd=folder,
    )  # fmt: skip
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
        "max_connections": "200",
        "timezone": "UTC",
        **dict(pair.split("=", 1) for pair in os.environ.get(SETTINGS, "").split(",") if pair),
    }
    command = [
        str(programs / "postgres"),
        "-D",
        str(cluster),
        *(f"--{name}={value}" for name, value in settings.items()),
    ]
    with (folder / "lifeline").open("rb") as lifeline:
        subprocess.run(
            ["/bin/sh", "-c", SUPERVISE, "supervise", folder, *command],
            check=True, stdin=lifeline, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=owner, cwd=folder, start_new_session=True,
        )  # fmt: skip
    url = f"postgresql://shouze@127.0.0.1:{port}"
    _await(url, folder / "log")
    return url


def _programs() -> Path:
    """Return the folder of PostgreSQL's server programs: the path's own, or the newest that Debian keeps."""
    found = shutil.which("initdb")
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found is None and not kept:
        message = "PostgreSQL is not installed; `make test` installs it from Debian, or see tools/setup.sh"
        raise RuntimeError(message)
    return (Path(found).resolve() if found else kept[-1]).parent


def _owner() -> str | None:
    """Return the account to run as: the server refuses root, so root lends it the distribution's own account."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _await(url: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(f"{url}/postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                words = log.read_text(errors="replace")[-2000:] if log.exists() else "no log"
                message = f"PostgreSQL did not start:\n{words}"
                raise RuntimeError(message) from None
            time.sleep(0.05)
        else:
            return
