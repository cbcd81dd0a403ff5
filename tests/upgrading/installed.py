"""Puts an installation that an earlier release made where a test wants it, on either database."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import psycopg

from shouze.settings import Settings
from shouze.store.driver import SCHEMAS
from tests.upgrading.answering import Asked, Clock

FIXTURES = Path(__file__).parent / "fixtures"
PRIVATE, PUBLIC = 0o600, 0o644


class Told(NamedTuple):
    """What the release said of the installation: its moment, its tokens, whom it held, what it answered."""

    at: datetime
    tokens: dict[str, str]
    subjects: dict[str, str]
    log: dict[str, Any]
    kept: list[dict[str, Any]]
    before: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    after: list[dict[str, Any]]

    @property
    def clock(self) -> Clock:
        """Return a clock that stands where the release left."""
        return Clock(self.at)


class Installed(NamedTuple):
    """An installation of an earlier release, untouched."""

    home: Path
    settings: Settings
    told: Told


def asked(pairs: list[dict[str, Any]]) -> list[Asked]:
    return [each["asked"] for each in pairs]


def answered(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each["answer"] for each in pairs]


def install(release: str, home: Path, url: str = "") -> Installed:
    """Unpack a release's installation into ``home``, its rows into the database at ``url`` if there is one."""
    home.mkdir(mode=0o700)
    with ZipFile(FIXTURES / f"{release}.zip") as packed:
        for name in packed.namelist():
            if name.startswith(("keyring", "log.key")):
                (home / name).write_bytes(packed.read(name))
                (home / name).chmod(PUBLIC if name.endswith(".vkey") else PRIVATE)
        files = {schema: _file(home, schema, packed.read(f"{schema}.sql").decode()) for schema in SCHEMAS}
        told = json.loads(packed.read("answers.json"))
        if url:
            _load(url, packed.read("tables.postgres.sql").decode(), files)
    for file in files.values():
        file.close()
    if url:
        for schema in SCHEMAS:
            (home / f"{schema}.db").unlink()
    return Installed(
        home, Settings(database=url, log_level="error"), Told(**{**told, "at": datetime.fromisoformat(told["at"])})
    )


def _file(home: Path, schema: str, sql: str) -> sqlite3.Connection:
    path = home / f"{schema}.db"
    file = sqlite3.connect(path)
    file.executescript(sql)
    path.chmod(PRIVATE)
    return file


def _load(url: str, tables: str, files: dict[Any, sqlite3.Connection]) -> None:
    """Make the release's tables and copy the files' rows into them."""
    with psycopg.connect(url) as connection:
        connection.execute(tables.encode())
        for schema, file in files.items():
            for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
                rows = file.execute(f"SELECT * FROM {name}")
                columns = ", ".join(column[0] for column in rows.description)
                with connection.cursor().copy(f"COPY {schema}.{name} ({columns}) FROM STDIN".encode()) as copy:
                    for row in rows:
                        copy.write_row(row)
