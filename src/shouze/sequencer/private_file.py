"""Reads and writes small files as a keeper of secrets does: whole, durable, its owner's alone."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from shouze.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from shouze.language import Text

OURS_ALONE = 0o600
FOR_ALL_TO_READ = 0o644


def create(path: Path, content: bytes, *, mode: int = OURS_ALONE) -> None:
    """Write a file where none is; ConflictError where one is. A crash leaves all of it or nothing."""
    fresh = _fresh(path, content, mode)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        words = Text("文件已存在", "The file exists already")
        raise ConflictError(words, field=path.name) from None
    finally:
        fresh.unlink()
    _sync(path.parent)


def replace(path: Path, content: bytes, *, mode: int = OURS_ALONE) -> None:
    """Put the content in the file's place. A crash leaves the old content or the new.

    UnavailableError when the disk does not take it.
    """
    try:
        _fresh(path, content, mode).replace(path)
        _sync(path.parent)
    except OSError as problem:
        words = Text("无法写入文件", "The file cannot be written")
        remedy = Text("检查磁盘空间与目录权限", "Check the disk's space and the folder's permissions")
        raise UnavailableError(words, field=path.name, remedy=remedy) from problem


def create_all(folder: Path) -> None:
    """Make a folder with those above it, durably; UnavailableError when the disk does not take it."""
    lacking = [each for each in (folder, *folder.parents) if not each.is_dir()]
    try:
        for each in reversed(lacking):
            each.mkdir(exist_ok=True)
            _sync(each.parent)
    except OSError as problem:
        words = Text("无法建立目录", "The folder cannot be made")
        remedy = Text("检查磁盘空间与目录权限", "Check the disk's space and the folder's permissions")
        raise UnavailableError(words, field=folder.name, remedy=remedy) from problem


def read(path: Path) -> bytes:
    """Return the content; NotFoundError when there is no file, InvalidError when others could have read it."""
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise NotFoundError(Text("文件不存在", "There is no such file"), field=path.name) from None
    except PermissionError:
        raise _not_ours(path) from None
    with stream:
        status = os.fstat(stream.fileno())
        if status.st_uid != os.geteuid():
            raise _not_ours(path)
        if not stat.S_ISREG(status.st_mode) or status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            words = Text("文件对其他系统用户开放", "The file is open to other system users")
            remedy = Text(f"执行 chmod 600 {path}", f"Run chmod 600 {path}")
            raise InvalidError(words, field=path.name, remedy=remedy)
        return stream.read()


def _fresh(path: Path, content: bytes, mode: int) -> Path:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, OURS_ALONE)
    with os.fdopen(descriptor, "wb") as stream:
        os.fchmod(descriptor, mode)
        stream.write(content)
        stream.flush()
        os.fsync(descriptor)
    return fresh


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_ours(path: Path) -> InvalidError:
    return InvalidError(
        Text("文件不属于当前系统用户", "The file belongs to another system user"),
        field=path.name,
        remedy=Text(f"以其属主运行，或执行 chown 更改 {path}", f"Run as its owner, or chown {path} to this user"),
    )
