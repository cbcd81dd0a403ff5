"""Runs a sequencer's rounds: at once when poked, otherwise at a steady tick."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from shouze.errors import UnavailableError
from shouze.sequencer.sequencer import Sequencer

TICK = 0.25
"""Seconds between two looks at staging when nobody pokes."""
PACE = 0.7
"""Seconds from one checkpoint to the next.

A record that just missed a round is in a signed checkpoint one pace and one round later: within a second.
"""


class Rounds:
    """The loop around one sequencer."""

    def __init__(
        self,
        sequencer: Sequencer,
        *,
        tick: float = TICK,
        pace: float = PACE,
        failed: Callable[[UnavailableError], None] = lambda _: None,
    ) -> None:
        """``failed`` is told of each round that has to be repeated."""
        self._sequencer = sequencer
        self._tick, self._pace, self.failed = tick, pace, failed
        self._poked = asyncio.Event()

    def poke(self) -> None:
        """Say that something was staged."""
        self._poked.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Do rounds until ``stop`` is set, then a last one, and let go of the log.

        Raises the sequencer's TamperedError or FencedError: whoever runs it stops the door as well, or replaces it.
        """
        try:
            while not stop.is_set():
                self._poked.clear()
                await self._wait(stop, await self._attempt())
            await self._finish()
        finally:
            await self._sequencer.release()

    async def _finish(self) -> None:
        while (await self._attempt()) == 0:
            pass

    async def _attempt(self) -> float | None:
        """Do one round; return how long to rest in any case, None to be woken by a poke as well."""
        try:
            signed = await self._sequencer.step()
            if signed is None:
                return None
            await self._sequencer.purge()
        except UnavailableError as problem:
            self.failed(problem)
            return self._tick
        return 0 if self._sequencer.standing.full else self._pace

    async def _wait(self, stop: asyncio.Event, rest: float | None) -> None:
        events = [stop] if rest is not None else [stop, self._poked]
        waits = [asyncio.create_task(event.wait()) for event in events]
        try:
            await asyncio.wait(waits, timeout=self._tick if rest is None else rest, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
