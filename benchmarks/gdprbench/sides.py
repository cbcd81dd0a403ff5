"""What a side of the comparison does, and what the run asks of it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Protocol

from .model import Answer, State
from .operations import Operation


class StandingClock:
    """A clock that moves only when it is told to: what expires does not depend on how fast a side is."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time."""
        return self.time

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.time += by


class Opened(Protocol):
    """A side with its store open."""

    async def expire(self) -> None:
        """Remove what has expired."""
        ...

    async def do(self, operation: Operation) -> Answer:
        """Do one operation."""
        ...

    async def state(self) -> State:
        """Return every record as it is stored, opened; RuntimeError when something is left of a deleted one."""
        ...


class Side(Protocol):
    """One of the systems that take turns; ``sweeps``: it looks for expired records every second of a run."""

    name: str
    sweeps: bool

    async def load(self, url: str, records: int, most: int) -> None:
        """Fill an empty database; ``most``: how many records there may be in the course of a run."""
        ...

    def opened(self, url: str, clock: StandingClock) -> AbstractAsyncContextManager[Opened]:
        """Open a copy of the loaded database."""
        ...
