"""Joins the parts of one installation; the only place that chooses implementations."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from msgspec.structs import replace

from shouze.errors import InvalidError, NotFoundError
from shouze.gateway.clock import SteadyClock
from shouze.gateway.door import Door
from shouze.gateway.ports import Clock
from shouze.gateway.room import Room
from shouze.gateway.synchronous import SynchronousDoor
from shouze.journal.journal import Journal
from shouze.language import Text
from shouze.ledger.note import Signer
from shouze.publication.publish import Publisher
from shouze.rules.catalogue import Statutes, load_statutes
from shouze.sequencer.rounds import Rounds
from shouze.sequencer.sequencer import Sequencer
from shouze.sequencer.signing_key import LastSigned, create_signing_key, open_signing_key
from shouze.settings import Settings, load_settings
from shouze.store.log import LogTables
from shouze.store.log_lock import FileLock, Lock
from shouze.store.opening import Stores, open_postgres, open_sqlite, prepare_postgres, prepare_sqlite
from shouze.vault.key_file import FileKeyRing
from shouze.vault.suites import suite_named

KEY_RING = "keyring.json"
SIGNING_KEY = "log.key"
Entropy = Callable[[int], bytes]
Decorate = Callable[[Stores], Stores]


@dataclass(frozen=True)
class Installation:
    """One organisation's installation, opened: its parts joined, its journal started."""

    home: Path
    settings: Settings
    statutes: Statutes
    ring: FileKeyRing
    stores: Stores
    clock: Clock
    journal: Journal
    door: Door
    publisher: Publisher
    signer: Signer
    rounds: Rounds
    sequencer: Sequencer


@cache
def read_statutes() -> Statutes:
    """Return the statutes that the package carries, read once."""
    folder = resources.files("shouze.rules") / "statutes"
    files = {each.name: each.read_bytes() for each in folder.iterdir() if each.name.endswith(".toml")}
    return load_statutes(files)


def prepare(home: Path, settings: Settings) -> list[str]:
    """Create what an installation lacks: folder, key ring, signing key, tables; return what was created.

    Safe to run again and by two programs at once.
    """
    created = []
    if not home.is_dir():
        home.mkdir(mode=0o700, parents=True)
        created.append(str(home))
    clock = SteadyClock()
    if not (home / KEY_RING).exists():
        FileKeyRing.create(home / KEY_RING, suite_named(settings.suite), clock.now())
        created.append(KEY_RING)
    if not (home / SIGNING_KEY).exists():
        origin = f"shouze.localhost/{base64.b32encode(secrets.token_bytes(10)).decode().lower()}"
        create_signing_key(home / SIGNING_KEY, origin)
        created.append(SIGNING_KEY)
    if settings.database:
        prepare_postgres(settings.database, settings.keys_database or None)
    else:
        prepare_sqlite(home)
    return created


@asynccontextmanager
async def installation(
    home: Path,
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    entropy: Entropy = os.urandom,
    decorate: Decorate = lambda stores: stores,
) -> AsyncIterator[Installation]:
    """Open the installation in ``home``, which ``prepare`` has made; record its start, and its end on leaving.

    ``decorate`` lets a program stand between the parts and their stores.
    """
    settings = settings or load_settings(home, os.environ)
    clock = clock or SteadyClock()
    ring, signer = FileKeyRing.open(home / KEY_RING), open_signing_key(home / SIGNING_KEY)
    stores = decorate(_open_stores(home, settings))
    try:
        boot = entropy(16).hex()
        journal = Journal(
            stores.staging, clock.now, entropy, node=settings.node, boot=boot, patience=settings.patience
        )
        room = Room(stores.custody, stores.keys, stores.policies, journal, ring, clock, entropy)
        publisher = Publisher(stores.press, journal, read_statutes(), clock.now)
        log = LogTables(stores.databases["log"], _log_lock(home, settings))
        sequencer = Sequencer(log, signer, LastSigned(home / SIGNING_KEY), clock.now)
        opened = Installation(
            home, settings, read_statutes(), ring, stores, clock, journal, Door(room), publisher, signer,
            Rounds(sequencer), sequencer,
        )  # fmt: skip
        await opened.door.refresh()
        await journal.start()
        yield opened
        await journal.close()
    finally:
        await stores.close()


def _open_stores(home: Path, settings: Settings) -> Stores:
    if settings.database:
        return open_postgres(settings.database, settings.keys_database or None)
    return open_sqlite(home)


def _log_lock(home: Path, settings: Settings) -> Lock:
    if not settings.database:
        return FileLock(home / "log.lock")
    from shouze.store.log_advisory_lock import AdvisoryLock  # noqa: PLC0415 - psycopg is an extra

    return AdvisoryLock(settings.database)


@asynccontextmanager
async def sequencing(opened: Installation) -> AsyncIterator[None]:
    """Run the installation's sequencer beside what stands within; a last round covers what was recorded there."""
    stop = asyncio.Event()
    running = asyncio.create_task(opened.rounds.run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


def place_of(url: str) -> tuple[Path, Settings]:
    """Return folder and settings for the URL of an installation.

    ``sqlite:///folder`` is the folder itself. ``postgresql://…`` needs the folder of key ring and signing key in the
    environment, as SHOUZE_HOME.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        home = Path(rest[1:])  # as SQLAlchemy reads it: three slashes before a relative path, four before "/…"
        return home, load_settings(home, os.environ)
    if scheme in {"postgresql", "postgres"}:
        folder = os.environ.get("SHOUZE_HOME")
        if not folder:
            remedy = Text("设置环境变量 SHOUZE_HOME", "Set SHOUZE_HOME")
            raise NotFoundError(Text("没有说明密钥环所在的文件夹", "The key ring's folder is not named"), remedy=remedy)
        return Path(folder), replace(load_settings(Path(folder), os.environ), database=url)
    detail = Text("不认识的安装地址", "It is not the URL of an installation")
    raise InvalidError(detail, field="url", remedy=Text("用 sqlite:///文件夹 或 postgresql://…", "Use sqlite:///folder"))


@asynccontextmanager
async def open_door(url: str) -> AsyncIterator[Door]:
    """Open the door of the installation at ``url`` within this process, creating what is missing."""
    home, settings = place_of(url)
    prepare(home, settings)
    async with installation(home, settings) as opened, sequencing(opened):
        yield opened.door


@contextmanager
def open_door_synchronously(url: str) -> Iterator[SynchronousDoor]:
    """Open the door for a program without an event loop."""
    with asyncio.Runner() as runner, contextlib.ExitStack() as stack:
        door = open_door(url)
        opened = runner.run(door.__aenter__())
        stack.callback(lambda: runner.run(door.__aexit__(None, None, None)))
        yield SynchronousDoor(opened, runner.run)
