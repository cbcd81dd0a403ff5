"""Natural batching: questions that wait together are asked together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Batching(Generic[Q, A]):
    """Collects questions of one loop turn, or those that come while ``width`` asks are under way, into one ask.

    ``ask`` answers a list of questions with a list of as many answers; an error of an ask reaches all that took part.
    """

    def __init__(
        self, ask: Callable[[Sequence[Q]], Awaitable[Sequence[A]]], *, width: int = 2, most: int = 128
    ) -> None:
        self._ask = ask
        self._width = width
        self._most = most
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._asking = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, question: Q) -> A:
        """Return the answer to one question."""
        place: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, place))
        if self._asking < self._width:
            self._asking += 1
            task = asyncio.create_task(self._drain())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await place

    async def _drain(self) -> None:
        # Invariant: between seeing that nothing waits and counting down nothing else runs, so no question is left.
        while self._waiting:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            await self._answer(batch)
        self._asking -= 1

    async def _answer(self, batch: list[tuple[Q, asyncio.Future[A]]]) -> None:
        try:
            answers = await self._ask([question for question, _ in batch])
            pairs = list(zip(batch, answers, strict=True))
        except Exception as problem:  # noqa: BLE001 - whatever failed, each asker is told
            for _, place in batch:
                if not place.done():
                    place.set_exception(problem)
        else:
            for (_, place), answer in pairs:
                if not place.done():
                    place.set_result(answer)
