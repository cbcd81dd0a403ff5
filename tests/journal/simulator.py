"""A staging that fails in every way that a real one can, and remembers what became durable."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Literal

from shouze.errors import ConflictError, UnavailableError
from shouze.journal.staging import Batch, LookUp, Opening
from shouze.ledger.chain import Chain
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.tree import leaf_hash

Fate = Literal["written", "lost", "written, unsaid", "hangs", "hangs, written", "comes late", "breaks"]
FATES: tuple[Fate, ...] = ("written", "lost", "written, unsaid", "hangs", "hangs, written", "comes late", "breaks")


class Simulator:
    """Staging in memory; ``fates`` are those of the coming writes, after which all go well."""

    def __init__(self, fates: Iterable[Fate] = (), *, pause: float = 0.0) -> None:
        self.fates = list(fates)
        self.pause = pause
        self.batches: dict[tuple[int, str, int], Batch] = {}
        self.durable: set[bytes] = set()
        self.late: list[Batch] = []
        self.unfindable = 0
        self.seen: list[Batch] = []

    async def stage(self, batch: Batch) -> None:
        """Write, or fail, as the next fate says."""
        self.seen.append(batch)
        await asyncio.sleep(self.pause)
        fate = self.fates.pop(0) if self.fates else "written"
        if fate == "breaks":
            raise ZeroDivisionError
        if fate in ("written", "written, unsaid", "hangs, written"):
            self._write(batch)
        if fate == "comes late":
            self.late.append(batch)
        if fate in ("hangs", "hangs, written", "comes late"):
            await asyncio.Event().wait()
        if fate in ("lost", "written, unsaid"):
            raise UnavailableError

    async def find(self, node: int, boot: str, nseq: int) -> tuple[bytes, ...] | None:
        """Return what is there; what comes late comes just after."""
        await asyncio.sleep(0)
        if self.unfindable:
            self.unfindable -= 1
            raise UnavailableError
        found = self.batches.get((node, boot, nseq))
        for batch in self.late:
            if (batch.node, batch.boot, batch.nseq) not in self.batches:
                self._write(batch)
        self.late.clear()
        return found.leaves if found else None

    def _write(self, batch: Batch) -> None:
        key = (batch.node, batch.boot, batch.nseq)
        if key in self.batches:
            raise ConflictError
        self.batches[key] = batch
        self.durable.update(leaf_hash(leaf) for leaf in batch.leaves)

    @property
    def leaves(self) -> list[bytes]:
        """What is durable, in the order of the numbers."""
        return [leaf for _, batch in sorted(self.batches.items()) for leaf in batch.leaves]

    @property
    def openings(self) -> list[Opening]:
        """The openings that are durable."""
        return [opening for _, batch in sorted(self.batches.items()) for opening in batch.openings]

    @property
    def look_ups(self) -> list[LookUp]:
        """The look-up rows that are durable."""
        return [look_up for _, batch in sorted(self.batches.items()) for look_up in batch.look_ups]

    def follow(self, node: int, boot: str) -> list[Leaf]:
        """Return the leaves, each checked to follow the one before without a gap; TamperedError otherwise."""
        chain, found = Chain(node, boot), []
        for raw in self.leaves:
            leaf = parse_leaf(raw)
            chain = chain.advance(leaf, leaf_hash(raw))
            found.append(leaf)
        return found
