"""Natural batching: questions that wait together are asked together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, Generic, Protocol, TypeVar

from shouze.errors import UnavailableError

Q = TypeVar("Q")
A = TypeVar("A")
T = TypeVar("T")
Told_contra = TypeVar("Told_contra", contravariant=True)


class Place(Protocol[Told_contra]):
    """Where an answer is waited for: a future, or whoever goes on with the answer at once. None of these may raise."""

    def done(self) -> bool:
        """Tell whether nobody waits any more."""
        ...

    def set_result(self, result: Told_contra, /) -> None:
        """Take the answer."""
        ...

    def set_exception(self, exception: Exception, /) -> None:
        """Take what went wrong."""
        ...


class Batching(Generic[Q, A]):
    """Collects questions of one loop turn, or those that come while ``width`` asks are under way, into one ask.

    ``ask`` answers a list of questions with a list of as many answers; an error of an ask reaches all that took part.
    """

    def __init__(
        self,
        ask: Callable[[Sequence[Q]], Awaitable[Sequence[A]]],
        *,
        width: int = 2,
        most: int = 128,
        least: int | None = None,
    ) -> None:
        """``most`` go into one ask; of more than ``least`` that wait, each ask takes its share and no more."""
        self._ask = ask
        self._width = width
        self._most, self._least = most, most if least is None else least
        self._waiting: list[tuple[Q, Place[A]]] = []
        self._asking = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, question: Q) -> A:
        """Return the answer to one question."""
        place: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self.put(question, place)
        return await place

    def put(self, question: Q, place: Place[A]) -> None:
        """Have the answer to one question told where it is waited for."""
        self._waiting.append((question, place))
        if self._asking < self._width:
            self._asking += 1
            task = asyncio.create_task(self._drain())
            self._tasks.add(task)
            task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        """Count down what was cancelled, be it before its first step, and answer who waits: nobody waits for ever."""
        self._tasks.discard(task)
        if task.cancelled():
            self._asking -= 1
            waiting, self._waiting = self._waiting, []
            _fail(waiting, UnavailableError())

    async def _drain(self) -> None:
        # Invariant: between seeing that nothing waits and counting down nothing else runs, so no question is left.
        while self._waiting:
            size = min(self._most, max(self._least, -(-len(self._waiting) // self._width)))
            batch, self._waiting = self._waiting[:size], self._waiting[size:]
            await self._answer(batch)
        self._asking -= 1

    async def _answer(self, batch: list[tuple[Q, Place[A]]]) -> None:
        try:
            answers = await self._ask([question for question, _ in batch])
            pairs = list(zip(batch, answers, strict=True))
        except Exception as problem:  # noqa: BLE001 - whatever failed, each asker is told
            _fail(batch, problem)
        except asyncio.CancelledError:
            _fail(batch, UnavailableError())
            raise
        else:
            for (_, place), answer in pairs:
                if not place.done():
                    place.set_result(answer)


async def together(steps: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Return what each step comes to; what they ask and write at the same time goes together."""
    return [await steps[0]] if len(steps) == 1 else await asyncio.gather(*steps)


def _fail(batch: Sequence[tuple[Q, Place[A]]], problem: Exception) -> None:
    for _, place in batch:
        if not place.done():
            place.set_exception(problem)
