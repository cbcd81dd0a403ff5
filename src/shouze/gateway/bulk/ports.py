"""What bulk operations need from outside: requests, the subjects in scope, results, publication."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from shouze.gateway.bulk.request import Chunk, Job
from shouze.rules.entries import PolicyFile


class Kept(NamedTuple):
    """A request as it is stored; ``revision`` counts its changes, ``remarks`` are sealed under the key of ``day``."""

    revision: int
    job: Job
    day: str
    remarks: bytes


class Requests(Protocol):
    """Requests, the chunks of their runs, and the subjects that they list."""

    async def add(self, kept: Kept) -> None:
        """Write a new request."""
        ...

    async def enlist(self, request: str, subjects: Sequence[str]) -> None:
        """Add subjects to those that a request lists; adding one again changes nothing."""
        ...

    async def find(self, request: str) -> Kept | None:
        """Return a request."""
        ...

    async def recent(self, before: str | None, limit: int) -> list[Kept]:
        """Return requests, the newest first; ``before`` is the last one of the page before."""
        ...

    async def change(self, revision: int, job: Job, chunk: Chunk | None = None) -> bool:
        """Write the next state, and the chunk with it; False, and nothing written, when the revision has moved on."""
        ...

    async def chunks(self, request: str, after: int, limit: int) -> list[Chunk]:
        """Return the chunks of a request in their order, those after a number."""
        ...

    async def due(self, now: datetime, limit: int) -> list[str]:
        """Return requests that have come to an end by themselves."""
        ...

    async def forget(self, request: str) -> None:
        """Forget the subjects that a request lists."""
        ...

    async def listed(self, request: str, after: str, limit: int) -> list[str]:
        """Return the subjects that a request lists, in order of id."""
        ...

    async def everybody(self, after: str, limit: int) -> list[str]:
        """Return subjects of any service, in order of id."""
        ...


class Results(Protocol):
    """Where the parts of results are kept until they expire; all of them are sealed for their recipient."""

    async def keep(self, request: str, part: str, content: bytes) -> None:
        """Write a part; on return it survives a power cut. Writing it again replaces it."""
        ...

    async def read(self, request: str, part: str) -> bytes:
        """Return a part; NotFoundError where this gateway does not keep it."""
        ...

    async def destroy(self, request: str) -> None:
        """Remove all parts of a request; nothing to remove is fine."""
        ...


Publish = Callable[[PolicyFile, str], Awaitable[object]]
"""Publishes entries of the policy in the name of an id."""
