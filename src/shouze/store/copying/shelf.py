"""A folder of backups: ``<kind>-<time>-<run>.age``, each with a label beside it that anybody may read (``.json``).

# Invariant: nothing in this folder is plaintext, and a file that has its name is whole: it was read back.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import msgspec

from shouze.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from shouze.language import Text
from shouze.store.copying.form import Kind

SEALED, LABEL, PARTIAL = ".age", ".json", ".partial"
OURS_ALONE = 0o600
_CHUNK = 1 << 20


class Label(msgspec.Struct, frozen=True):
    """What anybody may know of a backup, that is nothing of any user. ``sha256`` is that of the sealed file, in hex."""

    kind: Kind
    run: str
    made_at: datetime
    expires_at: datetime
    bytes: int
    sha256: str
    tables: dict[str, int]
    revisions: dict[str, str]
    recipients: list[str]
    origin: str | None = None
    size: int | None = None
    epochs: tuple[int, ...] = ()
    format: str = "shouze-backup/1"


class Backup:
    """A sealed file with its label."""

    def __init__(self, path: Path, label: Label) -> None:
        self.path, self.label = path, label

    def destroy(self) -> None:
        """Remove the file, then its label."""
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(LABEL).unlink(missing_ok=True)


class Shelf:
    """One folder of backups."""

    def __init__(self, folder: Path) -> None:
        """NotFoundError unless it is a folder."""
        if not folder.is_dir():
            remedy = Text("先建立并挂载该目录", "Make the folder, or mount it, first")
            raise NotFoundError(Text("备份目录不存在", "There is no such folder"), field=str(folder), remedy=remedy)
        self.folder = folder

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other runs away; what a run that was killed left half-written is removed."""
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                detail = Text("另一备份正在写入此目录", "Another backup is writing here")
                raise ConflictError(detail, field=str(self.folder)) from None
            for left in self.folder.glob(f".*{PARTIAL}"):
                left.unlink(missing_ok=True)
            yield
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def keep(
        self,
        name: str,
        write: Callable[[BinaryIO], None],
        check: Callable[[BinaryIO], None],
        label: Callable[[int, str], Label],
    ) -> Backup:
        """Write a file, read it back with ``check``, label it, and give it its name. What goes wrong leaves nothing.

        ``label`` is told the size of the file and its hash.
        """
        path, fresh = self.folder / f"{name}{SEALED}", self.folder / f".{name}{PARTIAL}"
        try:
            with _created(fresh) as target:
                write(target)
                target.flush()
                os.fsync(target.fileno())
            with fresh.open("rb") as written:
                check(written)
            labelled = label(fresh.stat().st_size, _hash(fresh))
            self._label(path, labelled)
            fresh.rename(path)
        except OSError as problem:
            fresh.unlink(missing_ok=True)
            raise UnavailableError(
                Text("备份目录无法写入或空间不足", "The folder of backups takes no file, or no more"),
                field=str(self.folder),
                remedy=Text("检查权限和剩余空间，然后再次备份", "Check permissions and free space, then back up again"),
            ) from problem
        except BaseException:  # however it ended: half a backup is none
            fresh.unlink(missing_ok=True)
            raise
        return Backup(path, labelled)

    def backups(self) -> list[Backup]:
        """Return the backups that have a label which can be read, the oldest first."""
        found = []
        for path in sorted(self.folder.glob(f"*{SEALED}")):
            with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
                found.append(Backup(path, msgspec.json.decode(path.with_suffix(LABEL).read_bytes(), type=Label)))
        return sorted(found, key=lambda backup: (backup.label.made_at, backup.path.name))

    def newest(self, kind: Kind, run: str | None = None) -> Backup:
        """Return the newest backup of a kind, or the one of a run; NotFoundError when there is none."""
        found = [each for each in self.backups() if each.label.kind == kind and run in {None, each.label.run}]
        if not found:
            detail = Text(f"目录中没有 {kind} 备份", f"The folder holds no {kind} backup")
            if run is not None:
                detail = Text(f"没有同一次运行的 {kind} 备份", f"There is no {kind} backup of the same run")
            raise NotFoundError(detail, field=str(self.folder))
        return found[-1]

    def prune(self, now: datetime, epochs: Iterable[int] | None) -> list[Backup]:
        """Destroy what opens nothing any more or soon must not, and return it.

        Backups past their expiry; key rings with an epoch that is not among the living ``epochs`` (None: not known);
        lists of erasures that a newer list contains; and labels without their file.
        """
        present = self.backups()
        lists = [each for each in present if each.label.kind == "erasures"]
        living = None if epochs is None else set(epochs)
        gone = [
            each
            for each in present
            if (each.label.kind != "erasures" and each.label.expires_at <= now)
            or (living is not None and not living.issuperset(each.label.epochs))
            or each in lists[:-1]
        ]
        for each in gone:
            each.destroy()
        for label in self.folder.glob(f"*{LABEL}"):
            if _is_label(label) and not label.with_suffix(SEALED).exists():
                label.unlink(missing_ok=True)
        return gone

    def _label(self, path: Path, label: Label) -> None:
        place = path.with_suffix(LABEL)
        fresh = place.with_name(f".{place.name}{PARTIAL}")
        try:
            with _created(fresh) as target:
                target.write(msgspec.json.format(msgspec.json.encode(label), indent=2) + b"\n")
                target.flush()
                os.fsync(target.fileno())
            fresh.rename(place)
        finally:
            fresh.unlink(missing_ok=True)


def name_of(kind: Kind, run: str, at: datetime) -> str:
    """Return the name under which a backup stands."""
    return f"{kind}-{at:%Y%m%dT%H%M%SZ}-{run}"


def read_whole(backup: Backup) -> BinaryIO:
    """Open a backup; InvalidError when it is not the file that its label speaks of."""
    try:
        if _hash(backup.path) != backup.label.sha256:
            words = Text("文件与其标签不符：可能已损坏", "The file is not what its label says: it may be damaged")
            raise InvalidError(words, field=backup.path.name, remedy=Text("改用另一份备份", "Use another backup"))
        return backup.path.open("rb")
    except OSError as problem:
        raise UnavailableError(field=backup.path.name) from problem


def _is_label(path: Path) -> bool:
    try:
        msgspec.json.decode(path.read_bytes(), type=Label)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return True


def _created(path: Path) -> BinaryIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, OURS_ALONE)
    return os.fdopen(descriptor, "wb")


def _hash(path: Path) -> str:
    state = sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            state.update(piece)
    return state.hexdigest()
