"""Reads a published log from a folder of files (C2SP tlog-tiles)."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from shouze.errors import NotFoundError
from shouze.ledger.tile import bundle_path, tile_path

CHECKPOINT = "checkpoint"


class FolderSource:
    """``ledger.verify.LogSource`` over a folder of published files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def checkpoint(self) -> bytes | None:
        """Return the checkpoint's file."""
        try:
            return self._read(CHECKPOINT)
        except NotFoundError:
            return None

    def bundle(self, n: int, width: int) -> bytes:
        """Return a bundle's file; NotFoundError when it is not there."""
        return self._read(bundle_path(n, width))

    def tile(self, level: int, n: int, width: int) -> bytes:
        """Return a tile's file; NotFoundError when it is not there."""
        return self._read(tile_path(level, n, width))

    def _read(self, path: str) -> bytes:
        try:
            return (self._folder / path).read_bytes()
        except OSError:
            raise NotFoundError(field=path) from None


def opened(folder: Path) -> AbstractContextManager[FolderSource]:
    """Open the folder; there is nothing to close (``verifier.walking.Opening``)."""
    return nullcontext(FolderSource(folder))
