"""Key rings made for tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from shouze.vault.key_file import FileKeyRing
from shouze.vault.suites import AES256GCM_SHA256, Suite

NOW = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)


def file_of(folder: Path) -> Path:
    """Return the file of the ring in a folder."""
    return folder / "keyring.json"


def ring_in(folder: Path, suite: Suite = AES256GCM_SHA256) -> FileKeyRing:
    """Make a ring in the folder."""
    return FileKeyRing.create(folder / "keyring.json", suite, NOW)


def counted_ring(folder: Path, suite: Suite) -> FileKeyRing:
    """Make a ring whose keys are known: of ones, of twos, of threes and so on."""
    counted = count(1)
    return FileKeyRing.create(folder / "keyring.json", suite, NOW, lambda size: bytes([next(counted)]) * size)


class EveryVersion(Mapping[int, bytes]):
    """The same key under every version, so that only the seal itself can refuse a changed version."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __getitem__(self, version: int) -> bytes:
        return self._key

    def __iter__(self) -> Iterator[int]:
        return iter(())

    def __len__(self) -> int:
        return 0
