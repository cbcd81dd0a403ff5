"""Puts a backup back as a new installation: into an empty place, in one go or not at all.

It is built in a folder beside the place and renamed to it at the very end; on PostgreSQL the schemas are new and
marked until then. The files are authenticated against the key ring that the keys' file holds: what was changed, cut
short or is not of one installation is refused. What then stands in the tables is read back and compared, row counts
and digests, with what was backed up, also where the database is of the other kind.

The log goes on under a new name (``sequencer.succession``). What was erased since is erased again
(``gateway.replaying``) before the installation stands in its place: out of the newest list of erasures, and by names.

The desk's tables come back with the values; its keys do not. The next start makes new ones, under the same names in
the policy, so that the old tokens and signatures are nobody's; what its acts still owed the door is sent then.

# Invariant: no installation opens that holds what a list in its hands says was erased.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from shouze.errors import ConflictError, InvalidError, TamperedError
from shouze.gateway.asking import SubjectRef
from shouze.gateway.clock import SteadyClock
from shouze.gateway.passage import normal_identifier, query_for
from shouze.gateway.ports import Clock
from shouze.gateway.replaying import Listed, erase, replay
from shouze.journal.record import Record
from shouze.language import Text
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.ledger.moments import micros
from shouze.ledger.note import Verifier
from shouze.sequencer.private_file import create
from shouze.sequencer.signing_key import LastSigned, create_signing_key, vkey_path
from shouze.sequencer.succession import succeed
from shouze.settings import Settings
from shouze.store.copying.desk import DESK
from shouze.store.copying.form import (
    COPIED,
    Adder,
    Begin,
    Copied,
    File,
    Head,
    Kind,
    Message,
    Rows,
    Sum,
    Table,
    decode_row,
    pages,
)
from shouze.store.copying.places import Snapshot, Target, occupied, open_target
from shouze.store.copying.shelf import Backup, Shelf, read_whole
from shouze.store.log import LogTables
from shouze.store.log_shards import StoredShards
from shouze.store.migrate import NEWEST
from shouze.store.standing_form import read_standing
from shouze.vault.key_file import FileKeyRing
from shouze.wiring.backup import FORMER, POLICY, Step, read_back
from shouze.wiring.desk_tables import make_desk
from shouze.wiring.joining import Installation, installation
from shouze.wiring.log import read_verifier
from shouze.wiring.own_ring import mark_tables
from shouze.wiring.preparing import KEY_RING, SIGNING_KEY, fresh_origin, log_lock, open_stores
from shouze.wiring.shards import shard_rooms

_LATEST_TOLD = "SELECT coalesce(max(epoch), 0) FROM desk.registers_effect"
"""The epoch of the last policy that the desk calls published."""


class Sources(NamedTuple):
    """The folders of values and of keys, and the identities that open them."""

    values: Path
    keys: Path
    identities: Sequence[Any]


@dataclass
class Restored:
    """What a restore came to. Of erasures after ``known_until`` nothing is known."""

    run: str
    made_at: datetime
    known_until: datetime
    tables: dict[str, int]
    former: str
    """The name of the log that was restored, and in ``origin`` that of the log which goes on with it."""
    origin: str = ""
    size: int = 0
    listed: int = 0
    erased_again: int = 0
    unknown: list[int] = field(default_factory=list)
    """Which of the names, counted from 1, are nobody's."""


def restore(
    home: Path,
    settings: Settings,
    sources: Sources,
    by: str,
    *,
    erased: Sequence[SubjectRef] = (),
    clock: Clock | None = None,
    step: Step = lambda _: None,
) -> Restored:
    """Put the newest backup back as an installation in ``home``; ``erased`` are subjects known to be erased since.

    ConflictError when home or database are not empty, or the backup has expired; NotFoundError when a file of the run
    is missing; SealedError when no identity opens it; TamperedError when something does not verify.
    """
    clock = clock or SteadyClock()
    values, shelves = Shelf(sources.values).newest("custody"), (Shelf(sources.values), Shelf(sources.keys))
    keys = Shelf(sources.keys).newest("keys", values.label.run)
    with _in_one_go(home, settings) as (partial, target):
        loading = _Loading(partial, target, clock.now(), sources.identities, step)
        loading.load(keys, "keys")
        head = loading.load(values, "custody")
        loading.settle()
        loading.check_agreement(head)
        newest = _newest_list(shelves, head.made_at)
        known = newest.label.made_at if newest else head.made_at
        tables = {name: each.rows for name, each in loading.sums.items()}
        restored = Restored(head.run, head.made_at, known, tables, read_verifier(partial).name)
        asyncio.run(_open(partial, settings, restored, head, clock, _Endings(by, newest, sources.identities, erased)))
    return restored


class _Endings(NamedTuple):
    """What is to be ended again, and on whose account."""

    by: str
    newest: Backup | None
    identities: Sequence[Any]
    erased: Sequence[SubjectRef]


@contextmanager
def _in_one_go(home: Path, settings: Settings) -> Iterator[tuple[Path, Target]]:
    """Yield a folder and a target that become the installation when all went well; else nothing is left of them."""
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise occupied(str(home), Text("用 --home 指定一个空目录", "Name an empty folder with --home"))
    partial = home.with_name(f".{home.name}.restoring")
    shutil.rmtree(partial, ignore_errors=True)  # what a restore that was killed left
    _make_beside(partial)
    try:
        target = open_target(partial, settings, lambda revision: make_desk(partial, settings, revision))
    except BaseException:  # however it ended: there is something already, or the server is away
        shutil.rmtree(partial, ignore_errors=True)
        raise
    try:
        yield partial, target
        target.finish()
        partial.rename(home)
    except BaseException:  # however it ended: half an installation is none
        target.abandon()
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _make_beside(partial: Path) -> None:
    """Make the folder that becomes the installation's; InvalidError where nothing can be made beside that one."""
    try:
        partial.mkdir(mode=0o700, parents=True)
    except OSError:
        raise InvalidError(
            Text(
                "恢复先在旁边的目录中进行，此处无法新建目录",
                "A restore is built beside the folder, where nothing can be made",
            ),
            field=str(partial.parent),
            remedy=Text(
                "用 --home 指定上级目录可写的位置；或以 root 运行，然后 chown -R 给服务所用的用户",
                "Name a folder with --home whose parent you may write, or run as root and chown -R it afterwards",
            ),
        ) from None


class _Loading:
    """Writes what backups hold into a folder and a target."""

    def __init__(self, folder: Path, target: Target, now: datetime, identities: Sequence[Any], step: Step) -> None:
        self._folder, self._target, self._now = folder, target, now
        self._identities, self._step = identities, step
        self._head: Head | None = None
        self._tables: dict[str, Table] = {}
        self._made: list[Copied] = []
        self._present = ""
        self.sums: dict[str, Sum] = {}

    def load(self, backup: Backup, kind: Kind) -> Head:
        """Load one file and return its head; it is authenticated by the key ring, which the first of them holds."""
        with read_whole(backup) as stream:
            self.sums |= read_back(stream, self._identities, self._mac, self._take)
        head, self._head = self._head, None
        if head is None or (head.kind, head.run) != (kind, backup.label.run):
            raise TamperedError(field=backup.path.name)
        return head

    def settle(self) -> None:
        """Commit, compare what stands there with what was backed up, and bring the tables to their newest revision."""
        self._target.commit()
        for schema in self._made:
            with closing(self._target.snapshot((schema,))) as snapshot:
                self._compare(snapshot, schema)
            self._target.prepare(schema, NEWEST)

    def check_agreement(self, head: Head) -> None:
        """Raise TamperedError unless the restored policy is the one that was copied, and the desk tells of no later."""
        if head.policy is None or DESK not in head.revisions:
            return  # made by a release that did not compare them
        with closing(self._target.snapshot((DESK, "custody"))) as snapshot:
            ((policy,),), ((told,),) = snapshot.ask(POLICY), snapshot.ask(_LATEST_TOLD)
        if policy != head.policy or told > policy:
            raise TamperedError(field="custody.policy")

    def _compare(self, snapshot: Snapshot, schema: Copied) -> None:
        for table in self._tables.values():
            if table.name.startswith(f"{schema}."):
                adder = Adder()
                for page in pages(snapshot.rows(table)):
                    adder.add_all(page)
                    self._step(len(page))
                if adder.sum() != self.sums[table.name]:
                    raise TamperedError(field=table.name)

    def _mac(self, message: bytes) -> bytes:
        return FileKeyRing.open(self._folder / KEY_RING).lookup_mac(message)

    def _take(self, message: Message) -> None:
        match message:
            case Head():
                self._begin(message)
            case File(name, content) if Path(name).name == name:
                create(self._folder / name, content)
            case Begin(name, columns):
                self._present = name
                self._tables[name] = Table(name, columns)
            case Rows(rows):
                self._target.insert(self._tables[self._present], [decode_row(row) for row in rows])
                self._step(len(rows))

    def _begin(self, head: Head) -> None:
        if head.kind != "erasures" and head.expires_at <= self._now:
            raise ConflictError(
                Text("备份已过期，不得恢复", "The backup has expired and must not be restored"),
                field=f"{head.kind} {head.made_at:%Y-%m-%dT%H:%M:%SZ}",
                remedy=Text("改用更新的备份", "Use a newer backup"),
            )
        self._head = head
        for schema in COPIED:
            if schema in head.revisions:
                self._target.prepare(schema, head.revisions[schema])
                self._made.append(schema)


def _newest_list(shelves: Sequence[Shelf], since: datetime) -> Backup | None:
    lists = [each for shelf in shelves for each in shelf.backups() if each.label.kind == "erasures"]
    return max(
        (each for each in lists if each.label.made_at >= since), key=lambda each: each.label.made_at, default=None
    )


async def _open(
    home: Path, settings: Settings, restored: Restored, head: Head, clock: Clock, endings: _Endings
) -> None:
    """Let the log go on under a new name, and end again what had ended, before anybody else opens the door."""
    await _succeed(home, settings, restored, head, clock)
    async with installation(home, settings, clock=clock, covered=True) as opened:
        words = Draft(
            Who("staff", endings.by),
            Where(),
            What("restore", (), (), restored.tables["custody.subject"]),
            Verdict("permitted"),
        )
        await opened.journal.record(Record(words))
        if endings.newest is not None:
            await asyncio.to_thread(_replay_list, opened, endings, restored, asyncio.get_running_loop())
        for number, ref in enumerate(endings.erased, 1):
            if not await _erase_named(opened, ref, restored):
                restored.unknown.append(number)


async def _succeed(home: Path, settings: Settings, restored: Restored, head: Head, clock: Clock) -> None:
    stores = open_stores(home, settings)
    try:
        # The tables were authenticated by this very ring: that it opens every key need not be shown.
        await mark_tables(FileKeyRing.open(home / KEY_RING), stores.databases)
        database = stores.databases["log"]
        present = (await shard_rooms(database, read_verifier(home)))[-1]
        former = present.verifier
        _put_aside(home, former, head.checkpoint)
        base = fresh_origin()
        named = present.stored._replace(base=base)
        signer = create_signing_key(home / SIGNING_KEY, named.origin)
        log = LogTables(database, log_lock(home, settings), named.number)
        memory = LastSigned(home / SIGNING_KEY)
        signed = await succeed(log, present.rows, former, signer, memory, clock.now, micros)
        await StoredShards(database).rename(named._replace(vkey=signer.verifier().vkey))
    finally:
        await stores.close()
    restored.former, restored.origin, restored.size = former.name, signed.origin, signed.size


def _put_aside(home: Path, former: Verifier, checkpoint: str | None) -> None:
    """Keep the public side of the log that was restored, and how it stood, beside the key of the one that goes on."""
    public = {vkey_path(home / SIGNING_KEY), *home.glob("log.*.key.vkey")}
    keys = {former.vkey, *(path.read_text(encoding="utf-8").strip() for path in public)}
    for path in public:
        path.unlink()
    for key in map(Verifier.from_vkey, keys):
        create(home / f"{FORMER}.{key.key_id.hex()}.vkey", f"{key.vkey}\n".encode())
    if checkpoint is not None:
        create(home / f"{FORMER}.{former.key_id.hex()}.checkpoint", checkpoint.encode())


def _replay_list(opened: Installation, endings: _Endings, restored: Restored, loop: asyncio.AbstractEventLoop) -> None:
    """Read the newest list, in a thread of its own, and replay it page by page on the loop of the installation."""
    backup = endings.newest
    if backup is None:
        return
    place: dict[str, int] = {}

    def take(message: Message) -> None:
        match message:
            case Begin(_, columns):
                place.update({column: number for number, column in enumerate(columns)})
            case Rows(rows):
                page = [_listed(decode_row(row), place) for row in rows]
                asyncio.run_coroutine_threadsafe(_replay_page(opened, page, restored), loop).result()

    with read_whole(backup) as stream:
        read_back(stream, endings.identities, opened.ring.lookup_mac, take)


def _listed(row: Sequence[Any], place: Mapping[str, int]) -> Listed:
    return Listed(row[place["subject"]], row[place["revision"]], read_standing(row[place["standing"]]))


async def _replay_page(opened: Installation, page: Sequence[Listed], restored: Restored) -> None:
    for listed in page:
        restored.listed += 1
        restored.erased_again += await replay(opened.door.room, listed)


async def _erase_named(opened: Installation, ref: SubjectRef, restored: Restored) -> bool:
    room = opened.door.room
    looked_up = {item: normal_identifier(room.policy, item, value, item) for item, value in ref.identifiers.items()}
    answer = await room.look_up(query_for(room, ref, looked_up, ()))
    for found in answer.found:
        restored.erased_again += await erase(room, found.subject)
    return bool(answer.found)
