"""Opens the store: all its ports over SQLite files in one folder, or over PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from shouze.store.custody import StoredCustody
from shouze.store.driver import SCHEMAS, Database, Schema
from shouze.store.formats import Formats
from shouze.store.keys import StoredKeys
from shouze.store.policies import StoredPolicies
from shouze.store.press import StoredPress
from shouze.store.replies import StoredReplies
from shouze.store.sqlite import SqliteDatabase
from shouze.store.staging import StoredStaging
from shouze.store.usage import StoredUsage

if TYPE_CHECKING:
    from shouze.store.migrate import Tell


class Stores(NamedTuple):
    """Every port that the store implements, and the databases of its schemas (``keys`` may be apart)."""

    custody: StoredCustody
    keys: StoredKeys
    policies: StoredPolicies
    replies: StoredReplies
    staging: StoredStaging
    press: StoredPress
    usage: StoredUsage
    databases: dict[Schema, Database]

    async def close(self) -> None:
        """Let go of files and connections."""
        for database in set(self.databases.values()):
            await database.close()


def prepare_sqlite(folder: Path, tell: Tell = str, *, now: datetime | None = None) -> None:
    """Bring the files in the folder (made when missing) to the present version and to the newest stored format.

    One process serves the files, so that there is nobody to wait for.
    """
    from shouze.store.migrate import (  # noqa: PLC0415 - loading Alembic takes a second; few need it
        finish_sqlite,
        migrate_sqlite,
    )

    for schema in SCHEMAS:
        migrate_sqlite(_file(folder, schema), schema, tell=tell)
    finish_sqlite(_file(folder, "custody"), now or datetime.now(UTC))


def open_sqlite(folder: Path) -> Stores:
    """Open the files that ``prepare_sqlite`` keeps: ``custody.db``, ``keys.db``, ``log.db``."""
    return stores_on({schema: SqliteDatabase(_file(folder, schema), schema) for schema in SCHEMAS})


def prepare_postgres(url: str, keys_url: str | None = None, tell: Tell = str, *, now: datetime | None = None) -> None:
    """Bring the schemas to the present version, as their owner; ``keys`` stands where ``keys_url`` says, if it does.

    New ones get the newest stored format; others when ``finish_postgres`` is told that no older program runs any more.
    """
    from shouze.store.migrate import (  # noqa: PLC0415 - loading Alembic takes a second; few need it
        finish_postgres,
        migrate_postgres,
    )

    for schema in SCHEMAS:
        migrate_postgres(_place(schema, url, keys_url), schema, tell=tell)
    finish_postgres(url, now or datetime.now(UTC), only_new=True)


def open_postgres(url: str, keys_url: str | None = None) -> Stores:
    """Open pools on PostgreSQL: one for custody and log, one more for keys when they stand apart.

    Nothing is connected before the first use; a server that is not there is an UnavailableError then.
    """
    from shouze.store.postgres import PostgresDatabase  # noqa: PLC0415  # psycopg is an extra

    pools = {place: PostgresDatabase(place) for place in {_place(schema, url, keys_url) for schema in SCHEMAS}}
    return stores_on({schema: pools[_place(schema, url, keys_url)] for schema in SCHEMAS})


def stores_on(databases: dict[Schema, Database], knows: Formats | None = None) -> Stores:
    """Return the stores on open databases; ``knows``: the stored formats that are read, where not this release's."""
    custody = databases["custody"]
    policies = StoredPolicies(custody, knows)
    return Stores(
        custody=StoredCustody(custody, policies),
        keys=StoredKeys(databases["keys"]),
        policies=policies,
        replies=StoredReplies(custody),
        staging=StoredStaging(databases["log"]),
        press=StoredPress(custody),
        usage=StoredUsage(custody, policies),
        databases=databases,
    )


def _file(folder: Path, schema: Schema) -> Path:
    return folder / f"{schema}.db"


def _place(schema: Schema, url: str, keys_url: str | None) -> str:
    return keys_url or url if schema == "keys" else url
