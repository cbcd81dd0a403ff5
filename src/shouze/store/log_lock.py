"""Keeps the log to one active sequencer: a lock that ends with whoever holds it.

The lock only keeps sequencers from getting into each other's way; what makes it safe is the epoch (``store.log``).
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Protocol

from shouze.store.driver import unavailable


class Lock(Protocol):
    """One lock among all programs that use the same log."""

    async def take(self) -> bool:
        """Take it, or see that it is still held here; False while another holds it."""
        ...

    async def give_back(self) -> None:
        """Let go of it; nothing when it is not held."""
        ...


class FileLock:
    """A lock on a file beside an SQLite database (flock); the file stays, empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    async def take(self) -> bool:
        """Take it; UnavailableError when the file cannot be made."""
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as problem:
            raise unavailable(self._path.name) from problem
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    async def give_back(self) -> None:
        """Let go of it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
