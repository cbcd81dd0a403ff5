"""Backs an installation up while it serves: values, log and keys at one moment, sealed, read back, in two places.

**What goes together.** Custody, log and the desk's tables are one file for one place; the wrapped subject keys, the key
ring, the keys of the desk's letters and of dispatches, and what the portal signs with, are another file for another
place and another recipient, and short-lived. Both carry one run's name, and only they are restored together.

**Why the copy is whole.** The order of the snapshots is desk, custody, log, keys; then the key ring is read.

- A change is recorded before it is made, so the log, seen after custody, has the record of every change that custody
  has. Of the reverse there is no promise: a record may speak of a change that the copy has not (as after a crash).
- A key is stored before anything is sealed with it, so the keys, seen after custody, have every key that custody
  needs, unless it was destroyed between the two. A key destroyed so with all that its ground held is erased, and
  rightly not in the copy. But where a ground kept other items, these were sealed anew under a new key: the copy would
  hold them under the old one only, and lose what a law keeps. So between the first and the last snapshot no change may
  have destroyed a key: ``custody.erasure`` says so, and snapshots that it differs for are taken again.
- The desk tells the door by effects, which it marks when the door has taken them. No effect may have been made or
  marked between the first and the last snapshot, so that what the copied desk calls done is in the copied policy. One
  that the copy holds as waiting is sent after restoring; the door, which may have it, takes it once more as it was.
- Some acts publish at once, such as the issue of a token. So no policy may have been published from before the first
  snapshot until after the last: the epoch is asked thrice, stands in the file, and is compared when it is restored.
- The ring is read last and has every epoch that a key of the snapshot is wrapped under; else they are taken again.

All snapshots are begun within milliseconds and then read one after another, the keys first: while SQLite's are read,
a destroyed key cannot leave the write-ahead log, and erasing waits for that or says that it is not available.

**What is not in it:** the signing key of the log, which must never sign two histories (``sequencer.succession``);
settings, which may hold passwords; results of bulk operations; the desk's keys, the portal's tokens, and who is signed
in to either: these are made anew, which ends the old ones.

# Invariant: no plaintext on a disk; a run that fails leaves nothing; a file with its name was read back in full.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

import msgspec

from shouze.errors import InvalidError, NotFoundError, TamperedError, UnavailableError
from shouze.gateway.clock import SteadyClock
from shouze.gateway.ports import Clock
from shouze.gateway.rewrapping import PARTS
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.moments import micros
from shouze.sequencer.signing_key import vkey_path
from shouze.settings import Settings
from shouze.store import formats
from shouze.store.copying.desk import DESK
from shouze.store.copying.form import Cell, Copied, File, Head, Mac, Message, Readable, Reader, Sum, Table, Writer
from shouze.store.copying.places import Snapshot, holds_desk, open_snapshot
from shouze.store.copying.shelf import Backup, Label, Shelf, name_of
from shouze.store.driver import Schema
from shouze.store.ring_marks import TABLE, question
from shouze.vault.armour import fresh_pair, open_stream, read_recipients, seal_stream
from shouze.vault.key_file import FileKeyRing
from shouze.wiring import portal
from shouze.wiring.letters import LETTERS_KEY
from shouze.wiring.link import LINK_KEY
from shouze.wiring.own_ring import Marks, check_marks
from shouze.wiring.preparing import KEY_RING, SIGNING_KEY, look

TRIES = 20
FORMER = "former-log"
"""How files begin that say how the log ended which this installation's log continues."""
KEYS_BESIDE = (LETTERS_KEY, LINK_KEY)
"""Keys in the installation's folder that go with the ring: of the desk's letters, and of dispatches, by which peers
know it. So does what the portal signs with, without its tokens (``portal.copied``). A witness's key does not: put back
beside an older memory, it could cosign two histories."""
_ENDED = "SELECT count(*), coalesce(max(at), 0), coalesce(sum(revision), 0) FROM custody.erasure"
_TOLD = "SELECT count(*), coalesce(max(id), 0), count(done_at) FROM desk.registers_effect"
POLICY = "SELECT coalesce(max(epoch), 0) FROM custody.policy"
_EPOCHS = "SELECT DISTINCT epoch FROM keys.subject_key"
_CHECKPOINT = "SELECT note FROM log.checkpoint ORDER BY size DESC LIMIT 1"
ERASURES = "custody.erasure"
LETTERS = "desk.letters_sealkey"
_VALUES: tuple[Copied, ...] = ("custody", "log")

Step = Callable[[int], object]


class Aim(NamedTuple):
    """A folder and the recipients' public keys."""

    folder: Path
    recipients: Sequence[str]


class _Place(NamedTuple):
    shelf: Shelf
    recipients: list[str]


@dataclass(frozen=True)
class _Run:
    """One run: where the installation is, and what its files have in common."""

    home: Path
    settings: Settings
    run: str
    made_at: datetime
    ring: FileKeyRing
    step: Step

    @property
    def bound(self) -> timedelta:
        return timedelta(days=self.settings.erasure_bound_days)

    @property
    def expires_at(self) -> datetime:
        return self.made_at + life_of(self.settings)


def back_up(
    home: Path, settings: Settings, values: Aim, keys: Aim, *, clock: Clock | None = None, step: Step = lambda _: None
) -> list[Backup]:
    """Write a backup of values and log to one place, of the keys to another, and a fresh list of erasures.

    UnavailableError when the database does not answer or changes too fast; ConflictError when another run is writing.
    """
    run = _begin(home, settings, clock, step)
    first, second = _place(values, "--recipient"), _place(keys, "--keys-recipient")
    _check_apart(first, second)
    done: list[Backup] = []
    with first.shelf.alone(), second.shelf.alone(), _all_or_nothing(done):
        snapshot, wrapped, ring = _snapshots(run)
        with closing(snapshot):
            with closing(wrapped):
                done.append(_write_keys(run, second, wrapped, ring))
            done.append(_write_values(run, first, snapshot))
        done.append(_write_list(run, first))
    return done


def list_erasures(
    home: Path, settings: Settings, aim: Aim, *, clock: Clock | None = None, step: Step = lambda _: None
) -> Backup:
    """Write a fresh list of erasures only, which is small: how often decides how much a restore cannot know."""
    run, place = _begin(home, settings, clock, step), _place(aim, "--recipient")
    with place.shelf.alone():
        return _write_list(run, place)


def letters_key_left_out(home: Path) -> NotFoundError:
    """Return what is said of a backup that has letters in it and not the key by which they open."""
    return NotFoundError(
        Text(
            "备份已写入，但缺少来往信件的密钥：恢复后信件不能打开",
            "The backup is written, without the key of the letters: restored, they would open for nobody",
        ),
        field=str(home / LETTERS_KEY),
        remedy=Text(
            "把桌面目录中的 letters.key 复制到此目录（见 docs/servers.md），再次备份",
            "Copy letters.key from the desk's folder into this one (see docs/servers.md), then back up again",
        ),
    )


def life_of(settings: Settings) -> timedelta:
    """Return how long a backup lives: it holds the ring, and with it epochs that are destroyed meanwhile.

    An epoch is current for a third of the erasure bound and destroyed soon after; a ring copied just before lives on
    for another third. So what was erased under that epoch is beyond recovery within two thirds, and one is in reserve.
    """
    return timedelta(days=settings.erasure_bound_days) / PARTS


@contextmanager
def _all_or_nothing(done: list[Backup]) -> Iterator[None]:
    try:
        yield
    except BaseException:  # however it ended: half a backup is none
        for each in done:
            each.destroy()
        raise


def _begin(home: Path, settings: Settings, clock: Clock | None, step: Step) -> _Run:
    _check_tables(home, settings)
    ring = FileKeyRing.open(home / KEY_RING)
    return _Run(home, settings, secrets.token_hex(4), (clock or SteadyClock()).now(), ring, step)


def _check_tables(home: Path, settings: Settings) -> None:
    """Refuse tables of another release's; who is about to upgrade is sent to the release that serves them."""
    try:
        formats.check(look(home, settings))
    except formats.VersionError as problem:
        remedy = Text(
            "用运行这些表的版本备份（0.1.0 没有此命令：停止后复制目录，或用 pg_dump）",
            "Back up with the release that serves these tables (0.1.0 has no such command: stop it and copy the "
            "folder, or use pg_dump)",
        )
        raise formats.VersionError(problem.detail, field=problem.field, remedy=remedy) from None


def _place(aim: Aim, field: str) -> _Place:
    return _Place(Shelf(aim.folder), read_recipients(aim.recipients, field))


def _check_apart(values: _Place, keys: _Place) -> None:
    """Refuse to put values and keys into one hand: one theft must not be enough."""
    if values.shelf.folder.resolve() == keys.shelf.folder.resolve():
        detail = Text("密钥备份必须放在另一处", "The keys have to go to another place")
        raise InvalidError(detail, field="--keys", remedy=Text("换一个目录", "Name another folder"))
    if set(values.recipients) & set(keys.recipients):
        detail = Text("密钥备份必须用另一公钥加密", "The keys have to be sealed for another recipient")
        remedy = Text("为密钥备份另建一对密钥", "Make another pair for the keys")
        raise InvalidError(detail, field="--keys-recipient", remedy=remedy)


def _snapshots(run: _Run) -> tuple[Snapshot, Snapshot, bytes]:
    """Return snapshots of values and of keys, and the key ring's file.

    Between the snapshots no key was destroyed, and where there is a desk, the door was told nothing.
    """
    desk: tuple[Copied, ...] = (DESK,) if holds_desk(run.home, run.settings) else ()
    questions = (_ENDED, _TOLD, POLICY) if desk else (_ENDED,)
    for _ in range(TRIES):
        with ExitStack() as stack:
            before = _policy_of(run) if desk else 0
            values = stack.enter_context(closing(open_snapshot(run.home, run.settings, (*desk, *_VALUES))))
            keys = stack.enter_context(closing(open_snapshot(run.home, run.settings, ("keys",))))
            _check_mark(run.ring, {"custody": values, "keys": keys})
            with closing(open_snapshot(run.home, run.settings, ("custody", *desk))) as later:
                still = all(later.ask(question) == values.ask(question) for question in questions)
            wrapped = {epoch for (epoch,) in keys.ask(_EPOCHS)}
            content = (run.home / KEY_RING).read_bytes()
            run.ring.refresh()  # a destroyed epoch never returns: what is there now was there when the file was read
            if desk and values.ask(POLICY) != [(before,)]:
                continue
            if still and wrapped <= run.ring.epochs().keys():
                stack.pop_all()
                return values, keys, content
    detail = Text("删除或台账变更过于频繁，无法取得一致的快照", "Erasures or acts come too fast for a consistent copy")
    raise UnavailableError(detail, field="custody")


def _check_mark(ring: FileKeyRing, snapshots: dict[Schema, Snapshot]) -> None:
    """Refuse to copy tables with the ring of another installation; before an upgrade, they have no marks yet."""
    marks: Marks = {}
    for schema, snapshot in snapshots.items():
        marked = any(table.name == f"{schema}.{TABLE}" for table in snapshot.tables(schema))
        marks[schema] = next((mark for (mark,) in snapshot.ask(question(schema))), None) if marked else None
    check_marks(ring, marks)


def _policy_of(run: _Run) -> int:
    """Return the epoch of the policy in force."""
    with closing(open_snapshot(run.home, run.settings, ("custody",))) as now:
        ((epoch,),) = now.ask(POLICY)
        return int(epoch)


def _write_keys(run: _Run, place: _Place, snapshot: Snapshot, content: bytes) -> Backup:
    epochs = tuple(sorted(int(number) for number in msgspec.json.decode(content)["epochs"]))
    head = Head("keys", run.run, run.made_at, run.expires_at, _revisions(snapshot, ("keys",)), epochs=epochs)
    beside = [run.home / name for name in KEYS_BESIDE]
    files = [File(KEY_RING, content), *(File(path.name, path.read_bytes()) for path in beside if path.exists())]
    if (portals := portal.copied(run.home)) is not None:
        files.append(File(portal.KEY_FILE, portals))
    return _write(run, place, head, files, snapshot, snapshot.tables("keys"))


def _write_values(run: _Run, place: _Place, snapshot: Snapshot) -> Backup:
    checkpoint = next((note for (note,) in snapshot.ask(_CHECKPOINT)), None)
    schemas = snapshot.schemas
    revisions = _revisions(snapshot, schemas)
    ((policy,),) = snapshot.ask(POLICY)
    head = Head("custody", run.run, run.made_at, run.expires_at, revisions, checkpoint=checkpoint, policy=int(policy))
    public = [vkey_path(run.home / SIGNING_KEY), *sorted(run.home.glob("log.*.key.vkey"))]
    files = [File(path.name, path.read_bytes()) for path in (*public, *sorted(run.home.glob(f"{FORMER}.*")))]
    return _write(run, place, head, files, snapshot, [table for schema in schemas for table in snapshot.tables(schema)])


def _write_list(run: _Run, place: _Place) -> Backup:
    with closing(open_snapshot(run.home, run.settings, ("custody",))) as snapshot:
        head = Head("erasures", run.run, run.made_at, run.made_at + run.bound, _revisions(snapshot, ("custody",)))
        tables = [table for table in snapshot.tables("custody") if table.name == ERASURES]
        return _write(run, place, head, [], _Since(snapshot, micros(run.made_at - run.bound)), tables)


class _Source(Readable, Protocol):
    """Rows, and a snapshot behind them."""

    def close(self) -> None: ...


class _Since:
    """The erasures of the bound, each subject's in order: no backup opens what was erased earlier."""

    def __init__(self, snapshot: Snapshot, since: int) -> None:
        self._snapshot, self._since = snapshot, since

    def rows(self, table: Table) -> Iterator[Sequence[Cell]]:
        at = table.columns.index("at")
        for row in self._snapshot.rows(table, ("subject", "revision")):
            when = row[at]
            if not isinstance(when, int) or when >= self._since:
                yield row

    def close(self) -> None:
        self._snapshot.close()


def _write(
    run: _Run, place: _Place, head: Head, files: Sequence[File], source: _Source, tables: Sequence[Table]
) -> Backup:
    # Invariant: the pair that reads the file back lives in memory for the length of this call.
    witness = fresh_pair()
    writer = Writer(run.ring.lookup_mac, run.step)

    def write(target: BinaryIO) -> None:
        seal_stream(writer.write(head, files, source, tables), target, [*place.recipients, witness.recipient])
        source.close()  # what reads the file back needs no snapshot, and others wait for its end

    def check(written: BinaryIO) -> None:
        if read_back(written, [witness.identity], run.ring.lookup_mac) != writer.tables:
            raise TamperedError(field=str(place.shelf.folder))

    def label(size: int, digest: str) -> Label:
        rows = {name: each.rows for name, each in writer.tables.items()}
        covered = Checkpoint.parse(head.checkpoint.partition("\n\n")[0] + "\n") if head.checkpoint else None
        origin, covers = (covered.origin, covered.size) if covered else (None, None)
        return Label(
            head.kind, head.run, head.made_at, head.expires_at, size, digest, rows, head.revisions, place.recipients,
            origin, covers, head.epochs,
        )  # fmt: skip

    return place.shelf.keep(name_of(head.kind, run.run, run.made_at), write, check, label)


def _revisions(snapshot: Snapshot, schemas: Sequence[Copied]) -> dict[str, str]:
    return {schema: snapshot.revision(schema) for schema in schemas}


def read_back(
    written: BinaryIO, identities: Sequence[Any], mac: Mac, take: Callable[[Message], object] = lambda _: None
) -> dict[str, Sum]:
    """Read a sealed backup in full, pass its messages on, and return the sums of its tables.

    TamperedError when it is not whole or not of the ring whose ``mac`` this is; SealedError when no identity opens it.
    """
    reader = Reader(take)
    open_stream(written, identities, reader.feed)
    return reader.end(mac)
