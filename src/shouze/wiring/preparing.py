"""Makes what an installation lacks, and opens its stores."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

from shouze.gateway.clock import SteadyClock
from shouze.gateway.ports import Clock
from shouze.sequencer.signing_key import create_signing_key
from shouze.settings import Settings
from shouze.store.driver import SCHEMAS
from shouze.store.log_lock import FileLock, Lock
from shouze.store.opening import Stores, open_postgres, open_sqlite, prepare_postgres, prepare_sqlite
from shouze.store.roles import grant
from shouze.vault.key_file import FileKeyRing
from shouze.vault.suites import suite_named

KEY_RING = "keyring.json"
SIGNING_KEY = "log.key"
_FILES = tuple(f"{schema}.db" for schema in SCHEMAS)


def prepare(home: Path, settings: Settings, *, clock: Clock | None = None) -> list[str]:
    """Create what an installation lacks: folder, key ring, signing key, tables; return what was created.

    Safe to run again and by two programs at once.
    """
    created = []
    if not home.is_dir():
        home.mkdir(mode=0o700, parents=True)
        created.append(str(home))
    if not (home / KEY_RING).exists():
        FileKeyRing.create(home / KEY_RING, suite_named(settings.suite), (clock or SteadyClock()).now())
        created.append(KEY_RING)
    if not (home / SIGNING_KEY).exists():
        origin = f"shouze.localhost/{base64.b32encode(secrets.token_bytes(10)).decode().lower()}"
        create_signing_key(home / SIGNING_KEY, origin)
        created.append(SIGNING_KEY)
    if settings.database:
        prepare_postgres(settings.database, settings.keys_database or None)
    else:
        created += [name for name in _FILES if not (home / name).exists()]
        prepare_sqlite(home)
    return created


def is_prepared(home: Path, settings: Settings) -> bool:
    """Tell whether ``home`` holds an installation, or one plane of it: a key, and its tables where they are files."""
    keys = any((home / name).exists() for name in (KEY_RING, SIGNING_KEY))
    return keys and (bool(settings.database) or all((home / name).exists() for name in _FILES))


def open_stores(home: Path, settings: Settings) -> Stores:
    """Open the stores of the installation in ``home``."""
    if settings.database:
        return open_postgres(settings.database, settings.keys_database or None)
    return open_sqlite(home)


async def grant_roles(settings: Settings) -> None:
    """Make the planes' database roles on PostgreSQL and grant each what it may, as the tables' owner."""
    stores = open_postgres(settings.database, settings.keys_database or None)
    try:
        if not settings.keys_database:
            await grant(stores.databases["custody"])
            return
        await grant(stores.databases["custody"], ("custody", "log"))
        await grant(stores.databases["keys"], ("keys",))
    finally:
        await stores.close()


def log_lock(home: Path, settings: Settings) -> Lock:
    """Return the lock that keeps the log to one sequencer."""
    if not settings.database:
        return FileLock(home / "log.lock")
    from shouze.store.log_advisory_lock import AdvisoryLock  # noqa: PLC0415 - psycopg is an extra

    return AdvisoryLock(settings.database)
