"""Says which stored formats and revisions of the tables a program may meet, and refuses the others by name.

A *stored format* is a number for everything that programs have to agree upon beside the tables themselves:

1. version 0.1.0: each value is a row of its own; policies are printed with their bare digest;
2. the values of a ground are one pack; standings are brief; what destroys keys is listed; policies name the format
   before their digest.

A program reads a range of formats. Which one it writes is not its own choice but the installation's, so that programs
of two adjacent releases can serve side by side: ``custody.stored_format`` has one row (none: format 1 throughout).

- ``writes``: the format that is written now; whoever runs must read it.
- ``reads_from``: the oldest format of anything stored; whoever runs must read it too.

Revisions of the tables only add: a program works on tables newer than it knows as long as it reads both formats. What
adding alone cannot express takes a new format. What is taken away was last used by a release whose newest format is
below the oldest of the release that takes it away.

# Invariant: a program that cannot read what is written neither opens the installation nor stays at its door: the
# policy in force names the format, and a new format comes with a new epoch of the policy, which every use compares.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from shouze.errors import InvalidError, UnavailableError
from shouze.language import Text
from shouze.store.driver import PATIENCE, SCHEMAS, Row, Schema, not_connected, unavailable
from shouze.store.sqlite import connect, told

FOLDER = Path(__file__).parent / "migrations"
"""The chains of revisions: ``<schema>/<schema>_<number>.py``."""


class Formats(NamedTuple):
    """The stored formats that a program reads, the first and the last."""

    oldest: int
    newest: int

    def reads(self, stored: StoredFormat) -> bool:
        """Tell whether everything stored can be read, and everything that is written from now on."""
        return self.oldest <= stored.reads_from and stored.writes <= self.newest


class StoredFormat(NamedTuple):
    """What an installation writes now, and the oldest that it may still hold."""

    writes: int = 1
    reads_from: int = 1


class Found(NamedTuple):
    """How an installation stands: the revision of each schema (0: no tables) and its stored format."""

    revisions: dict[Schema, int]
    stored: StoredFormat


KNOWN = Formats(1, 2)
"""What this program reads; the last is what it makes of a new installation, and what ``finish`` leads to."""

_PUBLISHED = "SELECT 1 FROM custody.policy LIMIT 1"
Ask = Callable[[str], list[Row]]
"""Runs a question; no rows where its table does not exist."""


class VersionError(UnavailableError):
    """Program and installation are of versions that do not fit together; nothing was touched."""


def check(found: Found, knows: Formats | None = None) -> None:
    """Refuse an installation that this program cannot work on; VersionError says what does not fit, and the remedy."""
    check_format(found.stored, knows)
    for schema, revision in found.revisions.items():
        if revision < (needed := newest_revision(schema)):
            raise _older(schema, revision, needed)


def check_format(stored: StoredFormat, knows: Formats | None = None) -> None:
    """Refuse a stored format that this program cannot read; VersionError."""
    knows = knows or KNOWN
    if not knows.reads(stored):
        raise _unreadable(stored, knows)


def is_newest(found: Found) -> bool:
    """Tell whether there is nothing to migrate: the newest revision of every schema, and the newest format."""
    current = all(revision >= newest_revision(schema) for schema, revision in found.revisions.items())
    return current and found.stored.writes >= KNOWN.newest


@cache
def newest_revision(schema: Schema) -> int:
    """Return the number of the newest revision that this program knows of the schema."""
    return max(int(path.stem.rpartition("_")[2]) for path in (FOLDER / schema).glob(f"{schema}_[0-9]*.py"))


def marked(digest: str, writes: int) -> str:
    """Return a policy's digest as it is stored under a format.

    The mark is what keeps version 0.1.0 out, which knows of no formats: to it, the digest is not the policy's.
    """
    return f"{writes}:{digest}" if writes > 1 else digest


def unmarked(digest: str) -> tuple[str, int]:
    """Return a policy's own digest, and the format that is written under that policy."""
    writes, _, own = digest.rpartition(":")
    return own, int(writes) if writes.isascii() and writes.isdigit() else 1


def look_at_files(folder: Path, schemas: Iterable[Schema] = SCHEMAS) -> Found:
    """Return how the files in the folder stand; none is made. Errors are those of opening them."""
    revisions: dict[Schema, int] = {}
    stored = StoredFormat()
    for schema in sorted({*schemas, "custody"}):
        with _file(folder / f"{schema}.db", schema) as ask:
            if schema in schemas:
                revisions[schema] = _revision(schema, ask)
            if schema == "custody":
                stored = _stored(ask)
    return Found(revisions, stored)


def look_at_servers(url: str, keys_url: str | None = None, schemas: Iterable[Schema] = SCHEMAS) -> Found:
    """Return how the schemas stand; UnavailableError when a server does not answer, VersionError without the right."""
    keys_apart = keys_url is not None and keys_url != url and "keys" in schemas
    with _server(url) as ask:
        revisions = {schema: _revision(schema, ask) for schema in schemas if not (keys_apart and schema == "keys")}
        stored = _stored(ask)
    if keys_apart:
        with _server(keys_url or url) as ask:
            revisions["keys"] = _revision("keys", ask)
    return Found(revisions, stored)


def files_in_use(folder: Path) -> bool:
    """Tell whether a policy has ever been published in the files of the folder."""
    with _file(folder / "custody.db", "custody") as ask:
        return bool(ask(_PUBLISHED))


def server_in_use(url: str) -> bool:
    """Tell whether a policy has ever been published in the database."""
    with _server(url) as ask:
        return bool(ask(_PUBLISHED))


def _revision(schema: Schema, ask: Ask) -> int:
    for (name,) in ask(f"SELECT version_num FROM {schema}.alembic_version"):  # noqa: S608 - one of three constants
        prefix, _, number = name.rpartition("_")
        if prefix != schema or not number.isdigit():
            raise _foreign(schema)
        return int(number)
    return 0


def _stored(ask: Ask) -> StoredFormat:
    return next(
        (StoredFormat(*row) for row in ask("SELECT writes, reads_from FROM custody.stored_format")), StoredFormat()
    )


@contextmanager
def _file(path: Path, schema: Schema) -> Iterator[Ask]:
    if not path.exists():
        yield lambda _sql: []
        return
    with told(schema):
        connection = connect(path, schema)

    def ask(sql: str) -> list[Row]:
        try:
            with told(schema):
                return connection.execute(sql).fetchall()
        except sqlite3.OperationalError as problem:
            if "no such table" not in str(problem):
                raise
            return []

    try:
        yield ask
    finally:
        connection.close()


@contextmanager
def _server(url: str) -> Iterator[Ask]:
    import psycopg  # noqa: PLC0415 - psycopg is an extra

    bound = int(PATIENCE * 1000)
    options: Mapping[str, Any] = {"connect_timeout": 2, "options": f"-c statement_timeout={bound}"}
    try:
        opened = psycopg.connect(url, autocommit=True, application_name="shouze versions", **options)
    except psycopg.OperationalError as problem:
        raise not_connected("postgresql", _reason(problem)) from problem
    try:
        with opened as connection:
            _check_encoding(connection.info.parameter_status("server_encoding"))

            def ask(sql: str) -> list[Row]:
                try:
                    return connection.execute(sql.encode()).fetchall()
                except psycopg.errors.UndefinedTable:
                    return []
                except psycopg.errors.InsufficientPrivilege:
                    raise _no_right() from None

            yield ask
    except psycopg.OperationalError as problem:
        raise unavailable("postgresql") from problem


def _check_encoding(name: str | None) -> None:
    """Refuse a database of another encoding: a cluster that was made without a locale has SQL_ASCII."""
    if name != "UTF8":
        raise InvalidError(
            Text(f"数据库的编码是 {name}，须为 UTF8", f"The database's encoding is {name}; it has to be UTF8"),
            field="database",
            remedy=Text(
                "用 CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0 另建一个",
                "Make another: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0",
            ),
        )


def _reason(problem: Exception) -> str:
    """Return why there is no connection: libpq's first line, without where to, which never has a password."""
    line = str(problem).partition("\n")[0]
    return (line.rpartition(" failed: ")[2] or line).strip()


def _older(schema: Schema, revision: int, needed: int) -> VersionError:
    return VersionError(
        Text(
            f"表为第 {revision} 版，本程序需要第 {needed} 版",
            f"Its tables are at revision {revision}; needed: {needed}",
        ),
        field=schema,
        remedy=Text("先运行 shouze migrate", "Run shouze migrate first"),
    )


def _unreadable(stored: StoredFormat, knows: Formats) -> VersionError:
    newer = stored.writes > knows.newest
    theirs, remedy = (stored.writes, _NEWER_PROGRAM) if newer else (stored.reads_from, _EARLIER_PROGRAM)
    return VersionError(
        Text(
            f"存储格式为第 {theirs} 版，本程序只能读第 {knows.oldest} 至 {knows.newest} 版",
            f"The stored format is {theirs}; this program reads {knows.oldest} to {knows.newest}",
        ),
        field="custody",
        remedy=remedy,
    )


_NEWER_PROGRAM = Text(
    "换用更新版本的程序；不能退回旧版本，除非恢复升级前的备份",
    "Use the newer release; there is no way back but restoring a backup from before the upgrade",
)
_EARLIER_PROGRAM = Text("先用中间的版本升级，逐个版本进行", "Upgrade with the releases in between, one after another")


def _foreign(schema: Schema) -> VersionError:
    return VersionError(
        Text("表的版本号不是守则写入的", "The revision of its tables is none of Shouze's"),
        field=schema,
        remedy=Text("核对数据库地址", "Check which database it is"),
    )


def _no_right() -> VersionError:
    return VersionError(
        Text("数据库角色无权读取表的版本", "The database role may not read the revisions of the tables"),
        field="postgresql",
        remedy=Text("由表的所有者运行 shouze migrate --roles", "Run shouze migrate --roles as the tables' owner"),
    )
