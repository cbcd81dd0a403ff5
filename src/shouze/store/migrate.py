"""Brings the tables of a schema to the present version, and an installation to the present stored format.

Each schema has a chain of revisions of its own in ``migrations/<schema>/``, numbered in its own ``alembic_version``
table. A revision is plain SQL in both dialects. Migrating again changes nothing; of two that start at once, one waits.
Tables that are newer than this program are left as they are (``formats`` says who may work on them).

On SQLite a file takes all its revisions in one transaction. On PostgreSQL each revision is a transaction of its own:
one that is cut off is taken up by the next run. A revision that waits for a lock gives way after ``LOCK_PATIENCE``, so
that the gateways behind it go on, and tries again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from shouze.errors import ConflictError
from shouze.language import Text
from shouze.ledger.moments import micros
from shouze.store.driver import Schema, unavailable
from shouze.store.formats import FOLDER, KNOWN, StoredFormat, marked, unmarked
from shouze.store.sqlite import connect, told

NEWEST = "head"
PATIENCE = 30.0
"""Seconds to wait for another migration of the same tables."""
LOCK_PATIENCE = 1.0
"""Seconds that a revision may wait for a lock, and everybody else behind it."""
TRIES = 20
"""How often a revision tries to get its locks, ``LOCK_PATIENCE`` apart."""
BREATH = 0.05

_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps the migration under way in a module of its own."""

Tell = Callable[[str], object]
"""Hears the name of each revision once it is applied."""

_TAKE_TURN = "SELECT pg_try_advisory_lock(hashtext(%s))"
_STORED = text("SELECT writes, reads_from FROM custody.stored_format")
_STORE = text("""
INSERT INTO custody.stored_format (id, writes, reads_from) VALUES (1, :writes, :reads_from)
ON CONFLICT (id) DO UPDATE SET writes = excluded.writes, reads_from = excluded.reads_from
""")
_LATEST = text("SELECT epoch, digest, body FROM custody.policy ORDER BY epoch DESC LIMIT 1")
_PUBLISH = text(
    "INSERT INTO custody.policy (epoch, digest, body, at, by) VALUES (:epoch, :digest, :body, :at, 'shouze migrate')"
)
_HOLD_POLICY = "LOCK TABLE custody.policy IN SHARE ROW EXCLUSIVE MODE"
_TOO_OLD = text("""
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name ~ '^shouze(/[0-9]+)?$'
    AND coalesce(CAST(substring(application_name FROM '^shouze/([0-9]+)$') AS integer), 1) < :newest
""")


def migrate_sqlite(path: Path, schema: Schema, revision: str = NEWEST, tell: Tell = str) -> None:
    """Bring the schema's file (made when missing) to its newest revision, or to the one named, in one transaction.

    UnavailableError when another writer holds it for longer than the patience; ConflictError for an unknown revision.
    """
    with _file(path, schema) as connection:
        _upgrade(connection, schema, revision, tell)


def migrate_postgres(url: str, schema: Schema, revision: str = NEWEST, tell: Tell = str) -> None:
    """Bring the schema (made when missing) to its newest revision, or to the one named, one transaction for each.

    The URL's role owns the tables. UnavailableError when the server does not answer, or others hold the tables for too
    long; ConflictError for an unknown revision.
    """
    with _server(url) as connection:
        _take_turn(connection, schema)
        _run(connection, f"CREATE SCHEMA IF NOT EXISTS {schema}")
        _run(connection, f"SET lock_timeout = {int(LOCK_PATIENCE * 1000)}")
        for last in (*[False] * (TRIES - 1), True):
            try:
                _upgrade(connection, schema, revision, tell)
            except OperationalError as problem:
                connection.rollback()
                if last or not _waited(problem):
                    raise
                time.sleep(LOCK_PATIENCE)
            else:
                return


def finish_sqlite(path: Path, now: datetime) -> StoredFormat:
    """Let the newest format be written from now on; return what is written and read then. ``path`` is custody's file.

    A program that does not read the newest format is kept out from its very next use on.
    """
    with _file(path, "custody") as connection:
        return _finish(connection, now)


def finish_postgres(url: str, now: datetime, *, only_new: bool = False) -> StoredFormat:
    """Let the newest format be written from now on, as ``finish_sqlite`` does.

    ``only_new``: only where no policy was ever published, hence nothing stored. ConflictError while a program that
    does not read the newest format is connected; UnavailableError as in ``migrate_postgres``.
    """
    with _server(url) as connection, connection.begin():
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(LOCK_PATIENCE * 1000)}")
        connection.exec_driver_sql(_HOLD_POLICY)
        stored = _stored(connection)
        if stored.writes >= KNOWN.newest or (only_new and connection.execute(_LATEST).first()):
            return stored
        if older := connection.execute(_TOO_OLD, {"newest": KNOWN.newest}).scalar_one():
            raise _still_there(older)
        return _finish(connection, now)


def _finish(connection: Connection, now: datetime) -> StoredFormat:
    """Write the format and, for whoever is at work, the policy in force once more, under the next epoch.

    # Invariant: from this transaction on, whoever reads a subject learns of an epoch that only a program which reads
    # the format can follow; what it had read before, it cannot write back over a subject that changed meanwhile.
    """
    stored, latest = _stored(connection), connection.execute(_LATEST).first()
    if stored.writes >= KNOWN.newest:
        return stored
    finished = StoredFormat(KNOWN.newest, stored.reads_from if latest else KNOWN.newest)
    connection.execute(_STORE, finished._asdict())
    if latest is not None:
        epoch, digest, body = latest
        policy = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        policy["epoch"] = msgspec.Raw(msgspec.json.encode(epoch + 1))
        row = {"epoch": epoch + 1, "digest": marked(unmarked(digest)[0], finished.writes), "at": micros(now)}
        connection.execute(_PUBLISH, {**row, "body": msgspec.json.encode(policy)})
    return finished


def _stored(connection: Connection) -> StoredFormat:
    row = connection.execute(_STORED).first()
    return StoredFormat(*row) if row else StoredFormat()


@contextmanager
def _file(path: Path, schema: Schema) -> Iterator[Connection]:
    """Open the file for this program alone, in one transaction."""
    with told(schema):
        file = connect(path, schema, patience=PATIENCE)
    engine = create_engine("sqlite://", creator=lambda: file, poolclass=NullPool)
    try:
        with _told(engine.dispose), engine.begin() as connection:
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
            yield connection
    finally:
        file.close()


@contextmanager
def _server(url: str) -> Iterator[Connection]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with _told(engine.dispose), engine.connect() as connection:
        yield connection


@contextmanager
def _told(dispose: Callable[[], None]) -> Iterator[None]:
    try:
        with _ONE_AT_A_TIME:
            yield
    except OperationalError as problem:
        raise unavailable("migrations") from problem
    finally:
        dispose()


def _take_turn(connection: Connection, schema: Schema) -> None:
    """Wait until nobody else migrates the schema; the turn ends with the connection.

    Who waits for it asks again and again: a statement that waits would hold back an index that is made concurrently.
    """
    deadline = time.monotonic() + PATIENCE
    while not _run(connection, _TAKE_TURN, (f"shouze/migrate/{schema}",)):
        if time.monotonic() > deadline:
            raise unavailable("migrations")
        time.sleep(BREATH)


def _run(connection: Connection, sql: str, parameters: tuple[str, ...] = ()) -> Any:
    """Run a statement as its own transaction; return its only value, if it has one."""
    with connection.begin():
        result = connection.exec_driver_sql(sql, parameters)
        return result.scalar_one() if result.returns_rows else None


def _waited(problem: OperationalError) -> bool:
    return getattr(problem.orig, "sqlstate", "") == "55P03"  # lock_not_available


def _upgrade(connection: Connection, schema: Schema, wanted: str, tell: Tell) -> None:
    script = ScriptDirectory(str(FOLDER), version_locations=[str(FOLDER / schema)])
    known = {each.revision for each in script.walk_revisions()}

    def onward(heads: Any, _context: MigrationContext) -> Any:
        if wanted == NEWEST and any(_number(head) > max(map(_number, known)) for head in heads):
            return []
        if unknown := {*heads, wanted} - {*known, NEWEST}:
            raise _unknown(min(unknown))
        return script._upgrade_revs(wanted, heads)  # noqa: SLF001  # what alembic.command.upgrade itself calls

    def applied(*, step: Any, **_more: Any) -> None:
        tell(step.up_revision_id)

    with EnvironmentContext(Config(), script, fn=onward) as environment:
        environment.configure(
            connection=connection, version_table_schema=schema, transaction_per_migration=True,
            on_version_apply=applied,  # type: ignore[arg-type]  # called with names
        )  # fmt: skip
        with environment.begin_transaction():
            environment.run_migrations()


def _number(revision: str) -> int:
    number = revision.rpartition("_")[2]
    return int(number) if number.isdigit() else 0


def _unknown(revision: str) -> ConflictError:
    words = Text("此版本的程序不认识这种表结构", "This version of the program does not know such tables")
    return ConflictError(words, field=revision, remedy=Text("换用更新的版本", "Use a newer version"))


def _still_there(older: int) -> ConflictError:
    return ConflictError(
        Text(f"仍有 {older} 个旧版本程序的连接", f"Programs of an older release are still connected ({older})"),
        field="--finish",
        remedy=Text("先把全部网关和定序器换成新版本", "Replace every gateway and sequencer first"),
    )
