"""Brings the tables of a schema to the present version.

Each schema has a chain of revisions of its own in ``migrations/<schema>/``, numbered in its own ``alembic_version``
table. A revision is plain SQL in both dialects. Migrating again changes nothing; of two that start at once, one waits.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, make_url
from sqlalchemy.exc import OperationalError

from shouze.store.driver import Schema, unavailable
from shouze.store.sqlite import connect, told

FOLDER = Path(__file__).parent / "migrations"
PATIENCE = 30.0
"""Seconds to wait for another migration of the same tables."""

_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps the migration under way in a module of its own."""


def migrate_sqlite(path: Path, schema: Schema) -> None:
    """Bring the schema's file (made when missing) to its newest revision, in one transaction.

    UnavailableError when another writer holds it for longer than the patience.
    """
    with told(schema):
        file = connect(path, schema, patience=PATIENCE)
    try:
        with _connected("sqlite://", creator=lambda: file) as connection:
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
            _upgrade(connection, schema)
    finally:
        file.close()


def migrate_postgres(url: str, schema: Schema) -> None:
    """Bring the schema (made when missing) to its newest revision, in one transaction; the URL's role owns the tables.

    UnavailableError when the server does not answer.
    """
    with _connected(make_url(url).set(drivername="postgresql+psycopg")) as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"shouze/migrate/{schema}",))
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        _upgrade(connection, schema)


@contextmanager
def _connected(*place: Any, **options: Any) -> Iterator[Connection]:
    engine = create_engine(*place, poolclass=NullPool, **options)
    try:
        with _ONE_AT_A_TIME, engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise unavailable("migrations") from error
    finally:
        engine.dispose()


def _upgrade(connection: Connection, schema: Schema) -> None:
    chain = FOLDER / schema
    script = ScriptDirectory(str(FOLDER), version_locations=[str(chain)])

    def to_newest(revision: Any, _context: MigrationContext) -> Any:
        return script._upgrade_revs("head", revision)  # noqa: SLF001  # what alembic.command.upgrade itself calls

    with EnvironmentContext(Config(), script, fn=to_newest) as environment:
        environment.configure(connection=connection, version_table_schema=schema)
        with environment.begin_transaction():
            environment.run_migrations()
