"""Read and replace the key ring's file so that no crash leaves half of it.

# Invariant: the file holds keys, so no error, ``repr`` or log line shows what is in it.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from shouze.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from shouze.language import Text
from shouze.vault.suites import suite_named

_MAC_KEY_BYTES = 32


class _Hidden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the file; what it holds never shows."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class StoredKey(_Hidden, frozen=True):
    """One key (base64 in the file) and when it was made (UTC)."""

    key: bytes
    created_at: datetime


class DayChain(_Hidden, frozen=True):
    """The key of the first day that is kept; the keys of later days follow from it, those of earlier days do not."""

    key: bytes
    day: date


class RingFile(_Hidden, frozen=True, tag_field="format", tag="shouze-keyring/1"):
    """The file's content, format ``shouze-keyring/1``."""

    suite: str
    current: int
    epochs: dict[int, StoredKey]
    index_current: int
    index: dict[int, StoredKey]
    lookup: StoredKey
    daily: DayChain

    def with_epoch(self, stored: StoredKey) -> RingFile:
        """Return the ring with a further epoch, now the current one."""
        number = self.current + 1
        return replace(self, current=number, epochs={**self.epochs, number: stored})

    def without_epochs_before(self, number: int) -> RingFile:
        """Return the ring without the epochs older than that one, the current one not among them."""
        if number > self.current:
            raise _current("epoch")
        return replace(self, epochs={kept: stored for kept, stored in self.epochs.items() if kept >= number})

    def with_index(self, stored: StoredKey) -> RingFile:
        """Return the ring with a further index key prepared; where one is, with that."""
        version = self.index_current + 1
        return self if version in self.index else replace(self, index={**self.index, version: stored})

    def with_index_current(self, version: int) -> RingFile:
        """Return the ring with that index key current, unless a later one is; ConflictError where it has no such."""
        if version not in self.index:
            raise ConflictError(Text("密钥环中没有该索引密钥", "The ring has no such index key"), field="index_version")
        return replace(self, index_current=max(version, self.index_current))

    def without_index_before(self, version: int) -> RingFile:
        """Return the ring without the index keys older than that one, the current one not among them."""
        if version > self.index_current:
            raise _current("index_version")
        return replace(self, index={kept: stored for kept, stored in self.index.items() if kept >= version})

    def with_days_from(self, chain: DayChain) -> RingFile:
        """Return the ring with the keys of days from that day on."""
        return replace(self, daily=chain)


def read_file(path: Path) -> RingFile:
    """Return the ring in the file, checked; errors as ``FileKeyRing.open`` states them."""
    ring = _decoded(_content(path))
    try:
        key_bytes = suite_named(ring.suite).key_bytes
    except InvalidError:
        raise _broken("suite") from None
    sizes = {f"epochs.{number}.key": (stored.key, key_bytes) for number, stored in ring.epochs.items()}
    sizes |= {f"index.{number}.key": (stored.key, _MAC_KEY_BYTES) for number, stored in ring.index.items()}
    sizes |= {"lookup.key": (ring.lookup.key, _MAC_KEY_BYTES), "daily.key": (ring.daily.key, _MAC_KEY_BYTES)}
    for name, (key, size) in sizes.items():
        if len(key) != size:
            raise _broken(name)
    if ring.current != max(ring.epochs, default=0):
        raise _broken("current")
    if ring.index_current not in ring.index:
        raise _broken("index_current")
    return ring


def create_file(path: Path, ring: RingFile) -> None:
    """Write a ring where no file is; ConflictError where there is one."""
    with _locked(path.parent) as folder:
        if path.exists():
            raise ConflictError(Text("密钥环文件已存在", "The key ring's file exists already"), field="keyring")
        _write(path, ring, folder)


def replace_file(path: Path, change: Callable[[RingFile], RingFile]) -> RingFile:
    """Put what ``change`` makes of the present file in its place, and return it.

    UnavailableError where the folder takes no file: the present one stands, and whoever keeps keys tries again.
    """
    with _locked(path.parent) as folder:
        ring = change(read_file(path))
        try:
            _write(path, ring, folder)
        except OSError as problem:
            raise UnavailableError(
                Text("密钥环文件无法更换", "The key ring's file cannot be replaced"),
                field="keyring",
                remedy=Text(
                    f"让当前用户可写 {path.parent}，并检查磁盘空间",
                    f"Let this user write {path.parent}, and check the disk's space",
                ),
            ) from problem
        return ring


def _write(path: Path, ring: RingFile, folder: int) -> None:
    # Only the holder of the folder's lock comes here: a file of this name is what a crash left behind.
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(ring), indent=2) + b"\n")
        stream.flush()
        os.fsync(descriptor)
    fresh.replace(path)
    os.fsync(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        raise NotFoundError(Text("密钥环所在目录不存在", "The key ring's folder is missing"), field="keyring") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _content(path: Path) -> bytes:
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise NotFoundError(Text("没有密钥环文件", "There is no key ring file"), field="keyring") from None
    except PermissionError:
        raise _not_ours(path) from None
    with stream:
        status = os.fstat(stream.fileno())
        if status.st_uid != os.geteuid():
            raise _not_ours(path)
        if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise _open_to_others(path)
        return stream.read()


def _decoded(content: bytes) -> RingFile:
    try:
        return msgspec.json.decode(content, type=RingFile)
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        found = re.search(r"missing required field `(\w+)`", str(failure))
        place = re.search(r"`\$\.?([^`]*)`$", str(failure))
    # Raised outside the clause: the failure must not travel along, its words come from a file of keys.
    raise _broken(".".join(part[1] for part in (place, found) if part and part[1]))


def _not_ours(path: Path) -> InvalidError:
    return InvalidError(
        Text("密钥环文件不属于当前系统用户", "The key ring's file belongs to another system user"),
        field="keyring",
        remedy=Text(f"以该用户运行，或执行 chown 更改 {path} 的属主", f"Run as that user, or chown {path} to this one"),
    )


def _open_to_others(path: Path) -> InvalidError:
    return InvalidError(
        Text("密钥环文件对其他系统用户开放", "The key ring's file is open to other system users"),
        field="keyring",
        remedy=Text(f"执行 chmod 600 {path}", f"Run chmod 600 {path}"),
    )


def _broken(where: str) -> InvalidError:
    return InvalidError(
        Text("密钥环文件损坏", "The key ring's file is broken"),
        field=f"keyring.{where}".rstrip("."),
        remedy=Text("从备份恢复该文件；切勿新建", "Restore the file from its backup; never make a new one"),
    )


def _current(name: str) -> ConflictError:
    return ConflictError(
        Text("当前密钥不能销毁", "The current key cannot be destroyed"),
        field=name,
        remedy=Text("先轮换，再销毁旧密钥", "Rotate first, then destroy the old key"),
    )
