"""Runs an import: chunk by chunk from the source to the door, so that it can stop anywhere and go on.

For each chunk: what can be taken goes to the door together with the mark; what cannot is written beside; then what
became of it is noted. While one batch is written, the next is made ready; it is written when the one before is noted.
A run that goes on reads the source from the beginning, so that it meets the same duplicates, and takes up where its
last note ended. A batch that went in but was not noted is handed over once more: that changes nothing, and its
conflicts are listed.

# Invariant: the state after any number of interruptions is that of an undisturbed run.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from contextlib import aclosing, closing
from dataclasses import dataclass
from itertools import islice

import msgspec

from shouze.gateway.arriving import MOST, Arrival, Arrived, Mark, Turn
from shouze.gateway.asking import Request, Visitor
from shouze.gateway.ports import Clock
from shouze.intake.checking import Checked, Checker
from shouze.intake.map import ImportMap, identity_of
from shouze.intake.ports import Run, Runs, Taker
from shouze.intake.seen import Duplicate, Seen
from shouze.intake.sources.row import Row, Source
from shouze.intake.spreading import spread
from shouze.intake.tally import Tally
from shouze.intake.writing import Beside, listed_row, rejected_rows
from shouze.ledger.disclosure import Entropy
from shouze.rules.period import after


@dataclass(frozen=True)
class HandingOver:
    """To whom users are handed over, by whom, and where the run is remembered."""

    taker: Taker
    runs: Runs
    run: Run
    visitor: Visitor
    request: Request
    ask_within: str


@dataclass
class Import:
    """One import under way; without ``over`` it is a dry run."""

    source: Source
    checker: Checker
    keys: tuple[str, ...]
    tally: Tally
    rejects: Beside | None
    report: Beside | None
    clock: Clock
    entropy: Entropy
    over: HandingOver | None = None
    workers: int = 0
    alone: int = 0
    told: Callable[[Tally], None] = lambda _: None
    stopped: Callable[[], bool] = lambda: False

    async def run(self) -> bool:
        """Run to the end of the source; False when it was stopped before."""
        whole, begun, before = True, self.tally.row, asyncio.create_task(asyncio.sleep(0))
        try:
            # Bounded memory: two batches are under way at most, and as many chunks as ``spread`` lets wait.
            chunks = spread(self.checker, _chunks(self.source.rows()), self.workers, self.alone)
            async with aclosing(chunks):
                with closing(Seen(self.keys, self.entropy)) as seen:
                    async for chunk in chunks:
                        fresh, duplicates = seen.sift(chunk.arrivals)
                        if chunk.last > begun:
                            under_way = asyncio.create_task(self._take(chunk, fresh, duplicates, before))
                            ended, before = before, under_way
                            await ended  # a failure ends the run here, and the batch under way with it
                            await asyncio.sleep(0)  # the batch sets out before the next chunk is checked
                        if self.stopped():
                            whole = False
                            break
            await before
        finally:
            before.cancel()
            await asyncio.wait([before])
        if whole and self.over is not None:
            await self.over.runs.finish(self._mark(self.tally.row), self.clock.now())
        return whole

    async def _take(
        self, chunk: Checked, fresh: list[Arrival], duplicates: list[Duplicate], before: asyncio.Task[None]
    ) -> None:
        async def turn() -> Mark:
            # The mark carries the note of the batch before: so it is seen later whether this batch was noted.
            await before
            return self._mark(chunk.last)

        arrived = await self._hand_over(fresh, chunk.last, turn) if fresh else []
        await before
        if self.rejects is not None:
            self.rejects.add(rejected_rows(chunk.rejected))
        if self.report is not None:
            self.report.add(_listed(duplicates, arrived))
        self.tally.checked(chunk, duplicates)
        self.tally.row = chunk.last
        if self.over is None:
            self.tally.count("ready", len(fresh))
        else:
            self.tally.arrived(arrived, self.over.run.row)
            self._measure()
            await self.over.runs.note(self._mark(chunk.last))
        self.told(self.tally)

    async def _hand_over(self, fresh: list[Arrival], last: int, turn: Turn) -> list[Arrived]:
        if self.over is None:
            return []
        over, until = self.over, after(self.clock.now(), self.over.ask_within)
        mark = Mark(over.run.id, last, b"")
        return await over.taker.take_in(over.visitor, over.request, fresh, mark, until, turn)

    def _mark(self, row: int) -> Mark:
        return Mark(self.over.run.id if self.over else "", row, self.tally.packed())

    def _measure(self) -> None:
        self.tally.rejects_size = self.rejects.size if self.rejects else 0
        self.tally.report_size = self.report.size if self.report else 0


def digest_of(source: Source, found: ImportMap) -> str:
    """Return what names a run: the digest of the source's identity and the map."""
    return hashlib.sha256(msgspec.json.encode([source.identity, identity_of(found)], order="sorted")).hexdigest()


def keys_of(found: ImportMap, exclusive: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the items by which two rows of a source are about the same user."""
    return tuple(dict.fromkeys([*found.identify, *(item for item in found.items if exclusive(item))]))


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, MOST)):
        yield chunk


def _listed(duplicates: list[Duplicate], arrived: list[Arrived]) -> list[list[str | None]]:
    rows = [
        (each.number, listed_row(each.number, "duplicate", each.item, each.earlier, _how(each))) for each in duplicates
    ]
    for each in arrived:
        if each.kind == "conflict":
            rows.append((each.number, listed_row(each.number, each.kind, each.what, None, "conflict")))
        elif each.kind == "refused":
            rows.append((each.number, listed_row(each.number, f"refused: {each.what}", None, None, "refused")))
    return [row for _, row in sorted(rows, key=lambda numbered: numbered[0])]


def _how(duplicate: Duplicate) -> str:
    return "repeated" if duplicate.same else "duplicate"
