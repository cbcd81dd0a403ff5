"""What the intake needs from outside: somewhere to hand users over to, and a memory of runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from shouze.gateway.arriving import Arrival, Arrived, Mark, Turn
from shouze.gateway.asking import Request, Visitor


class Run(NamedTuple):
    """One import of one source by one map; ``digest`` names the two, ``body`` is what the run last noted."""

    id: str
    digest: str
    row: int
    body: bytes
    begun_at: datetime
    ended_at: datetime | None = None


class Runs(Protocol):
    """The memory of runs."""

    async def begin(self, digest: str, fresh: str, now: datetime) -> Run:
        """Return the run of this digest that has not ended, or begin one with the id ``fresh``."""
        ...

    async def note(self, mark: Mark) -> None:
        """Note what came of a batch that is in; ConflictError when the run has ended meanwhile."""
        ...

    async def finish(self, mark: Mark, now: datetime) -> None:
        """Note the last mark, and that the run has ended."""
        ...


class Taker(Protocol):
    """Who takes users in: the door."""

    async def take_in(
        self, visitor: Visitor, request: Request, arrivals: Sequence[Arrival], mark: Mark, ask_until: datetime,
        turn: Turn | None = None,
    ) -> list[Arrived]:  # fmt: skip
        """Take in up to ``arriving.MOST`` users and write the mark along; say of each what became of it.

        With ``turn``, get ready at once, write only when it returns, and then its mark.

        ``request`` names service, purposes and items of them all. What rests on no proven consent is kept closed until
        ``ask_until``. Taking in the same users again changes nothing. ShouzeError where nothing was done.
        """
        ...
