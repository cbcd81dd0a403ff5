"""Makes what an installation lacks, and opens its stores."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from shouze.errors import ConflictError
from shouze.gateway.clock import SteadyClock
from shouze.gateway.ports import Clock
from shouze.language import Text
from shouze.sequencer.signing_key import create_signing_key
from shouze.settings import Settings
from shouze.store import formats
from shouze.store.copying.places import holds_desk
from shouze.store.driver import SCHEMAS, Schema
from shouze.store.formats import StoredFormat
from shouze.store.log_lock import FileLock, Lock
from shouze.store.opening import Stores, open_postgres, open_sqlite, prepare_postgres, prepare_sqlite
from shouze.store.roles import grant
from shouze.vault.key_file import FileKeyRing
from shouze.vault.suites import suite_named

KEY_RING = "keyring.json"
SIGNING_KEY = "log.key"
_FILES = tuple(f"{schema}.db" for schema in SCHEMAS)


def prepare(
    home: Path, settings: Settings, *, clock: Clock | None = None, tell: Callable[[str], object] = str
) -> list[str]:
    """Create what an installation lacks: folder, key ring, signing key, tables; return what was created.

    Safe to run again and by two programs at once; ``tell`` hears the name of each revision of the tables as it is
    applied. VersionError, and nothing done, when the installation is of a later release; ConflictError where the key
    ring is missing and the tables are in use.
    """
    found = look(home, settings)
    if not (home / KEY_RING).exists():
        _refuse_another_ring(home, settings)
    created = []
    if not home.is_dir():
        home.mkdir(mode=0o700, parents=True)
        created.append(str(home))
    if not (home / KEY_RING).exists():
        FileKeyRing.create(home / KEY_RING, suite_named(settings.suite), (clock or SteadyClock()).now())
        created.append(KEY_RING)
    if not signing_keys(home):
        create_signing_key(home / SIGNING_KEY, fresh_origin())
        created.append(SIGNING_KEY)
    if formats.is_newest(found):
        return created  # Loading Alembic would take longer than opening the installation.
    if settings.database:
        prepare_postgres(settings.database, settings.keys_database or None, tell)
    else:
        created += [name for name in _FILES if not (home / name).exists()]
        prepare_sqlite(home, tell)
    return created


def _refuse_another_ring(home: Path, settings: Settings) -> None:
    """Refuse to make a key ring for tables that another one serves.

    # Invariant: one ring for one set of tables. Under a second one nobody is found, a number that somebody holds is
    # given to another user, and what either ring has wrapped the other cannot open.
    """
    used = formats.server_in_use(settings.database) if settings.database else formats.files_in_use(home)
    if used:
        raise ConflictError(
            Text("表已在使用，密钥环不在此目录", "The tables are in use, and their key ring is not in this folder"),
            field=KEY_RING,
            remedy=Text(
                "放回该安装的 keyring.json，或用 shouze restore 从备份恢复",
                "Put the installation's keyring.json into the folder, or restore a backup with shouze restore",
            ),
        )


def look(home: Path, settings: Settings, schemas: Sequence[Schema] = SCHEMAS) -> formats.Found:
    """Return how the installation's tables stand; VersionError when its stored format is none that is read here."""
    if settings.database:
        found = formats.look_at_servers(settings.database, settings.keys_database or None, schemas)
    else:
        found = formats.look_at_files(home, schemas)
    formats.check_format(found.stored)
    return found


def finish(settings: Settings, *, clock: Clock | None = None) -> StoredFormat:
    """Let the newest stored format be written from now on, as the operator says that no older gateway runs any more.

    On PostgreSQL only: on SQLite, ``prepare`` does so. ConflictError while an older program is connected.
    """
    from shouze.store.migrate import finish_postgres  # noqa: PLC0415 - loading Alembic takes a second; few need it

    return finish_postgres(settings.database, (clock or SteadyClock()).now())


def fresh_origin() -> str:
    """Return a name for a log that no other log has."""
    return f"shouze.localhost/{base64.b32encode(secrets.token_bytes(10)).decode().lower()}"


def is_prepared(home: Path, settings: Settings) -> bool:
    """Tell whether ``home`` holds an installation, or one plane of it: a key, and its tables where they are files."""
    keys = (home / KEY_RING).exists() or bool(signing_keys(home))
    return keys and (bool(settings.database) or all((home / name).exists() for name in _FILES))


def signing_keys(home: Path) -> list[Path]:
    """Return the files with keys of the installation's logs: the first log's, and those of logs with another key."""
    return [path for path in (home / SIGNING_KEY, *sorted(home.glob("log.*.key"))) if path.exists()]


def open_stores(home: Path, settings: Settings, schemas: Sequence[Schema] = SCHEMAS) -> Stores:
    """Open the stores of the installation in ``home``, of which these schemas are used.

    VersionError when its tables are older than this program needs, or hold what it cannot read.
    """
    formats.check(look(home, settings, schemas))
    if settings.database:
        return open_postgres(settings.database, settings.keys_database or None)
    return open_sqlite(home)


async def grant_roles(settings: Settings) -> None:
    """Make the planes' database roles on PostgreSQL and grant each what it may, as the tables' owner."""
    stores, desk = open_postgres(settings.database, settings.keys_database or None), holds_desk(Path(), settings)
    try:
        if not settings.keys_database:
            await grant(stores.databases["custody"], desk=desk)
            return
        await grant(stores.databases["custody"], ("custody", "log"), desk=desk)
        await grant(stores.databases["keys"], ("keys",))
    finally:
        await stores.close()


def log_lock(home: Path, settings: Settings) -> Lock:
    """Return the lock that keeps the log to one sequencer."""
    if not settings.database:
        return FileLock(home / "log.lock")
    from shouze.store.log_advisory_lock import AdvisoryLock  # noqa: PLC0415 - psycopg is an extra

    return AdvisoryLock(settings.database)
