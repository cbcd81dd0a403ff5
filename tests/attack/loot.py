"""What the attacker took: files as they lie on the disk, backups opened with their identities, key rings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from shouze.errors import SealedError
from shouze.vault.armour import open_stream
from shouze.vault.key_file import FileKeyRing
from shouze.wiring.preparing import KEY_RING

WAL_PAGE, WAL_HEADER = 8192, 24


class Loot:
    """Bytes by where they were found, and key rings. Nothing is asked of a database: only raw bytes are kept."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.rings: list[FileKeyRing] = []

    def take_files(self, name: str, *folders: Path) -> None:
        """Take every file below the folders: databases, their write-ahead logs, backups as they are sealed."""
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.name != KEY_RING:
                    self._keep(f"{name}: {path}", _read(path), in_log="pg_wal" in path.parts)

    def take_ring(self, path: Path) -> None:
        """Take a key ring."""
        self.rings.append(FileKeyRing.open(path))

    def open_backups(self, name: str, folder: Path, spare: Path, identities: Sequence[Any]) -> None:
        """Open every backup of a folder with every identity there is; ``spare`` takes the rings found in them."""
        for path in sorted(folder.glob("*.age")):
            plain = bytearray()
            try:
                with path.open("rb") as stream:
                    open_stream(stream, identities, plain.extend)
            except SealedError:
                continue
            self._keep(f"{name}: {path} opened", bytes(plain))
            for number, ring in enumerate(_rings_in(bytes(plain))):
                place = spare / f"{name}-{path.name}-{number}.json"
                place.touch(mode=0o600)
                place.write_bytes(ring)
                self.take_ring(place)

    def joined(self, other: Loot) -> Loot:
        """Return all bytes of both, with the rings of this one only."""
        both = Loot()
        both.blobs, both.rings = {**other.blobs, **self.blobs}, list(self.rings)
        return both

    def holds(self, needle: bytes) -> list[str]:
        """Return where these bytes are."""
        return [name for name, blob in self.blobs.items() if needle in blob]

    def _keep(self, name: str, content: bytes, *, in_log: bool = False) -> None:
        self.blobs[name] = content
        if in_log:  # a record that crosses pages continues behind the next page's header
            pages = (content[at + WAL_HEADER : at + WAL_PAGE] for at in range(0, len(content), WAL_PAGE))
            self.blobs[f"{name} without page headers"] = b"".join(pages)


def _rings_in(plain: bytes) -> Iterator[bytes]:
    """Find key rings by their words, wherever they stand."""
    for part in plain.split(b'"format": "shouze-keyring/1"')[1:]:
        start, end = plain.index(part), plain.index(part) + len(part)
        opening = plain.rindex(b"{", 0, start)
        depth, at = 0, opening
        while at < end:
            depth += {ord("{"): 1, ord("}"): -1}.get(plain[at], 0)
            at += 1
            if depth == 0:
                yield plain[opening:at]
                break


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # a temporary file of the server
        return b""


def all_of(loots: Iterable[Loot]) -> Loot:
    """Return everything in one."""
    every = Loot()
    for loot in loots:
        every.blobs |= loot.blobs
        every.rings += loot.rings
    return every
