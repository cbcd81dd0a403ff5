"""The verbs on records of use, over one room and one store."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from shouze.errors import UnavailableError
from shouze.gateway.asking import Request, Visitor
from shouze.gateway.room import Room
from shouze.gateway.usage.append import append_usage
from shouze.gateway.usage.asking import UsageAppended, UsageBatch, UsagePurged, UsageRead, UsageSpan
from shouze.gateway.usage.ports import UsageStore
from shouze.gateway.usage.purge import purge_usage
from shouze.gateway.usage.reading import read_usage
from shouze.language import Text

AT_ONCE, WAITING = 2, 8
"""Batches under way at once, and batches that may wait for them: what a gateway keeps in memory is bounded."""


@dataclass
class Usage:
    """Appends, reads and purges; all calls come from one event loop."""

    room: Room
    store: UsageStore
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE), init=False, repr=False)
    _under_way: int = field(default=0, init=False, repr=False)

    async def append(self, visitor: Visitor, batch: UsageBatch) -> UsageAppended:
        """Append a batch as ``append_usage``; UnavailableError when too many wait already."""
        if self._under_way >= AT_ONCE + WAITING:
            remedy = Text("等待片刻后重发同一批次", "Wait a moment, then send the same batch again")
            raise UnavailableError(Text("等待追加的批次过多", "Too many batches wait to be appended"), remedy=remedy)
        self._under_way += 1
        try:
            async with self._turns:
                return await append_usage(self.room, self.store, visitor, batch)
        finally:
            self._under_way -= 1

    async def read(self, visitor: Visitor, request: Request, span: UsageSpan) -> UsageRead:
        """Open a page of one subject's records as ``read_usage``."""
        return await read_usage(self.room, self.store, visitor, request, span)

    async def purge(self) -> UsagePurged:
        """Drop and remove what is over as ``purge_usage``."""
        return await purge_usage(self.room, self.store)
