"""Archives within archives, bounded: by depth, members, what they unfold to, and how much more that is than packed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Iterator
from typing import IO, Any, BinaryIO

from shouze.discovery.reading.piece import Limits, Piece, Reader, TooMuchError, Unread
from shouze.discovery.reading.zipped import check_zip
from shouze.language import Text

_PACKED: dict[str, Callable[[Any], Any]] = {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}


class Bounded(io.RawIOBase):
    """A file that counts what is read from it against the limits."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        """Count from here."""
        self._file, self._limits = file, limits

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place; for packed files that means to read again."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        """Read and count."""
        content = self._file.read(len(buffer))
        self._limits.spend(len(content))
        buffer[: len(content)] = content
        return len(content)


def archive_reader(kind: str, further: Reader) -> Reader:
    """Return the reader of one kind of archive; ``further`` reads the members."""

    def read(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:
        if limits.depth <= 0:
            yield Unread(place, Text("压缩包嵌套过深", "Archives are nested too deeply"))
            return
        limits.depth -= 1
        try:
            members = {"zip": _zip, "tar": _tar}.get(kind)
            if members is not None:
                yield from members(file, place, limits, further)
            else:
                yield from _packed(kind, file, place, limits, further)
        finally:
            limits.depth += 1

    return read


def _zip(file: BinaryIO, place: str, limits: Limits, further: Reader) -> Iterator[Piece]:
    archive = check_zip(file, limits)
    for member in archive.infolist():
        if member.is_dir():
            continue
        limits.open_member()
        inner = f"{place}/{_name(member)}"
        if member.flag_bits & 1:
            yield Unread(inner, Text("有密码保护", "It is protected by a password"))
            continue
        with archive.open(member) as content:
            yield from _member(content, inner, limits, further)


def _name(member: Any) -> str:
    """Return a member's name; without the flag for UTF-8, Chinese Windows wrote GBK."""
    if member.flag_bits & 0x800:
        return str(member.filename)
    try:
        return str(member.filename).encode("cp437").decode("gb18030")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return str(member.filename)


def _tar(file: BinaryIO, place: str, limits: Limits, further: Reader) -> Iterator[Piece]:
    with tarfile.open(fileobj=file, mode="r:", encoding="utf-8", errors="replace") as archive:
        for member in archive:
            limits.open_member()
            content = archive.extractfile(member) if member.isfile() else None
            if content is not None:
                yield from _member(content, f"{place}/{member.name}", limits, further)


def _packed(kind: str, file: BinaryIO, place: str, limits: Limits, further: Reader) -> Iterator[Piece]:
    limits.open_member()
    size = file.seek(0, 2)
    file.seek(0)
    with _PACKED[kind](file) as content:
        inner = place.rpartition(".")[0] or place
        most = limits.expanded + max(size, 4096) * limits.ratio
        for piece in _member(content, inner, limits, further):
            if limits.expanded > most:
                raise TooMuchError
            yield piece


def _member(content: IO[bytes], place: str, limits: Limits, further: Reader) -> Iterator[Piece]:
    yield from further(io.BufferedReader(Bounded(content, limits), 256 * 1024), place, limits)
