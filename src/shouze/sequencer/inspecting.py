"""The log as it is searched while it grows: the index follows first, for as long as somebody may be kept waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shouze.errors import NotFoundError, UnavailableError
from shouze.language import Text
from shouze.ledger.entry import Leaf
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof
from shouze.sequencer.finding import (
    PAGE,
    PlaceIndex,
    Sought,
    Tally,
    follow,
    follow_subjects,
    leaves_at,
    prove,
    sought_at,
)
from shouze.sequencer.published import PublishedLog

FOLLOW_SECONDS = 3.0
END = 1 << 48
"""A place beyond any in one log."""


class Page(NamedTuple):
    """Records with their places, and the place to go on from where there may be more."""

    records: Sequence[tuple[int, Leaf]]
    cursor: int | None


class SearchedLog(NamedTuple):
    """One of the logs that follow one another: where its places begin on the line of all, its index, its key."""

    first: int
    published: PublishedLog
    places: PlaceIndex
    verifier: Verifier


@dataclass
class Records:
    """The records of the logs that follow one another, by their places on one line; ``monotonic`` counts seconds.

    ``logs`` returns those that are kept, first to last; their indexes count over all of them.
    """

    logs: Callable[[], Awaitable[Sequence[SearchedLog]]]
    monotonic: Callable[[], float]

    def __post_init__(self) -> None:
        """Let one caller at a time bring the index on; the others wait for it."""
        self._turn = asyncio.Lock()

    async def search(self, sought: Sought, cursor: int | None, limit: int, *, newest: bool) -> Page:
        """Return a page of what is sought, from the cursor on, in the logs' order or the newest first."""
        logs, records = await self._followed(), list[tuple[int, Leaf]]()
        for log in reversed(logs) if newest else logs:
            left = limit - len(records)
            edge = (END if newest else -1) if cursor is None else cursor - log.first
            if left and (edge > 0 or not newest):
                ask = log.places.latest if newest else log.places.places
                places = await ask(sought, min(max(edge, -1), END), left)
                records += [(log.first + each, await sought_at(log.published, sought, each)) for each in places]
        return Page(records, records[-1][0] if len(records) == limit else None)

    async def recipients(self, sought: Sought) -> tuple[str, ...]:
        """Return to whom what is sought was given: the log is read once, however often that was."""
        told = set[str]()
        for log in await self._followed():
            after = -1
            while places := await log.places.places(sought, after, PAGE):
                named = [each.what.recipient async for each in leaves_at(log.published, sought, places)]
                told |= set(filter(None, named))
                after = places[-1]
        return tuple(sorted(told))

    async def tally(self, sought: Sought) -> Tally:
        """Count what is sought."""
        logs = await self._followed()
        return await logs[-1].places.tally(sought) if logs else Tally(0, 0, {}, {}, {}, {}, {})

    async def prove(self, places: Sequence[int]) -> list[tuple[PortableProof, Verifier]]:
        """Return the proofs of records with the keys of their logs; NotFoundError for what no checkpoint covers."""
        logs, proved = await self.logs(), []
        for place in places:
            log = next((each for each in reversed(logs) if each.first <= place or each is logs[0]), None)
            if log is None:
                raise NotFoundError(Text("日志还没有这条记录", "The log has no such record yet"), field="records")
            proved.append((await prove(log.published, log.verifier, place - log.first), log.verifier))
        return proved

    async def _followed(self) -> Sequence[SearchedLog]:
        """Bring the indexes to the newest checkpoints; UnavailableError when that takes longer than a few seconds.

        What was done by then is kept, so that asking again goes on.
        """
        over = self.monotonic() + FOLLOW_SECONDS

        def told(done: int, size: int) -> None:
            if done < size and self.monotonic() > over:
                raise _behind(done, size)

        async with self._turn:
            logs = await self.logs()
            for log in logs:
                size = await follow(log.published, log.places, told)
                await follow_subjects(log.places, size, told)
        return logs


def _behind(done: int, size: int) -> UnavailableError:
    return UnavailableError(
        Text(f"正在编制记录索引（{done}/{size}）", f"The index of records is being made ({done} of {size})"),
        field="log",
        remedy=Text("稍后再查，索引会继续编制", "Ask again shortly; the index goes on from where it is"),
    )
