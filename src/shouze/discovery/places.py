"""Works out what a source consists of: files of a folder or an object store, tables of a database."""

from __future__ import annotations

import glob
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, BinaryIO, cast

from shouze.discovery.installed import extra
from shouze.discovery.reading.database import Manners, read_table, shown, tables_of
from shouze.discovery.reading.opening import read_file
from shouze.discovery.reading.piece import Limits, Piece, Unread
from shouze.errors import InvalidError, NotFoundError
from shouze.intake.sources.opening import address
from shouze.language import Text

_GONE = Text("无法打开（权限，或扫描时被移走）", "It cannot be opened (rights, or moved while scanning)")
_STORES = ("s3", "oss", "obs", "gs", "gcs", "abfs", "hdfs", "webhdfs", "sftp", "ftp", "file", "memory", "http", "https")
_VERSIONS = ("ETag", "etag", "LastModified", "last_modified", "updated", "mtime", "modificationTime")
"""What fsspec's implementations call an object's digest, or when it was written."""
_LEFT_OUT = {".git", "__pycache__"}


@dataclass(frozen=True)
class Part:
    """One file or table of a source, small enough to be read by one process."""

    source: str
    """What the source is called in findings."""
    place: str
    address: str
    kind: str
    """``file``, ``object`` or ``table``."""
    size: int = 0
    changed: int = 0

    @property
    def key(self) -> str:
        """Return what tells that the part is the same as in an earlier run."""
        return f"{self.kind}\n{self.source}\n{self.place}\n{self.size}\n{self.changed}"

    def pieces(self, manners: Manners) -> Iterator[Piece]:
        """Read the part."""
        if self.kind == "table":
            yield from read_table(self.address, self.place, manners)
            return
        try:
            file = self._open()
        except Exception:  # noqa: BLE001 - the library of each object store has errors of its own
            yield Unread(self.place, _GONE)
            return
        with file:
            yield from read_file(file, self.place, Limits())

    def _open(self) -> BinaryIO:
        if self.kind == "object":
            return cast("BinaryIO", extra("fsspec").open(self.address, "rb").open())
        return Path(self.address).open("rb")


def parts_of(source: str, manners: Manners, environment: Mapping[str, str] = os.environ) -> Iterator[Part]:
    """Yield the parts of a source; InvalidError or NotFoundError when there is no such source."""
    place = address(source, environment)
    scheme = place.partition("://")[0] if "://" in place else ""
    if scheme in _STORES:
        yield from _objects(place)
    elif scheme:
        name = shown(place) if _is_url(place) else source
        yield from (Part(name, table, place, "table") for table in tables_of(place, manners.schema))
    else:
        yield from _files(source, Path(place))


def _is_url(place: str) -> bool:
    try:
        shown(place)
    except Exception:  # noqa: BLE001 - whatever is wrong with an address is told by who opens it
        words = Text("数据库地址有误", "The database's URL is wrong")
        remedy = Text("例如 sqlite:///文件", "Write for example sqlite:///file")
        raise InvalidError(words, field="SOURCE", remedy=remedy) from None
    return True


def _files(source: str, path: Path) -> Iterator[Part]:
    if path.is_file():
        yield _file(source, path.name, path)
    elif path.is_dir():
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(each for each in folders if each not in _LEFT_OUT)
            for name in sorted(names):
                found = Path(folder) / name
                if found.is_file() and not found.is_symlink():
                    yield _file(source, str(found.relative_to(path)), found)
    elif chosen := _globbed(path):
        yield from _chosen(source, path, chosen)
    else:
        words = Text("没有这个文件或目录", "There is no such file or folder")
        raise NotFoundError(words, field=source, remedy=Text("核对路径", "Check its path"))


def _globbed(pattern: Path) -> list[Path]:
    if not glob.has_magic(str(pattern)):
        return []
    return sorted(map(Path, glob.glob(str(pattern), recursive=True)))  # noqa: PTH207 - Path.glob takes no absolute one


def _chosen(source: str, pattern: Path, found: Iterable[Path]) -> Iterator[Part]:
    """Yield the files that a pattern chose, or that lie in folders that it chose, by their paths from its root."""
    root = Path(*takewhile(lambda name: not glob.has_magic(name), pattern.parts))
    seen: set[str] = set()
    for path in found:
        if path.is_symlink():
            continue
        for part in _files(source, path):
            if part.address not in seen:
                seen.add(part.address)
                yield replace(part, place=str(Path(part.address).relative_to(root.absolute())))


def _file(source: str, place: str, path: Path) -> Part:
    try:
        status = path.stat()
    except OSError:
        return Part(source, place, str(path.absolute()), "file")
    return Part(source, place, str(path.absolute()), "file", status.st_size, status.st_mtime_ns)


def _objects(url: str) -> Iterator[Part]:
    try:
        store, root = extra("fsspec").core.url_to_fs(url)
        found: dict[str, Any] = _matching(store, root) if "*" in root else store.find(root, detail=True)
    except Exception:  # noqa: BLE001 - the library of each object store has errors of its own
        words = Text("对象存储无法列出，或缺少组件", "The object store cannot be listed, or a component is missing")
        remedy = Text("检查地址和权限；例如 s3 需要 s3fs", "Check address and rights; s3 for example needs s3fs")
        raise InvalidError(words, field="SOURCE", remedy=remedy) from None
    root = "/".join(takewhile(lambda name: "*" not in name, root.split("/")))
    source = url.partition("?")[0].rpartition("@")[2] if "@" in url else url
    for name, detail in sorted(found.items()):
        place = name.removeprefix(root).lstrip("/") or name.rpartition("/")[2]
        size = int(detail.get("size") or 0)
        yield Part(source, place, store.unstrip_protocol(name), "object", size, _version(detail))


def _version(detail: Mapping[str, Any]) -> int:
    """Return what changes with an object's content, by whatever its store tells of that."""
    told = [str(detail[name]) for name in _VERSIONS if detail.get(name) is not None]
    return zlib.crc32("\n".join(told).encode()) if told else 0


def _matching(store: Any, pattern: str) -> dict[str, Any]:
    """Return the objects that a pattern chose, and those in folders that it chose."""
    found: dict[str, Any] = {}
    for name, detail in store.glob(pattern, detail=True).items():
        found.update({name: detail} if detail.get("type") == "file" else store.find(name, detail=True))
    return found
