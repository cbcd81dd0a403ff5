"""Times what runs in named stages of one thread: processor time, each stage without the stages within it.

A stage is a name and the functions that belong to it (``module:Class.method``). They are wrapped where they stand and
wherever they were imported by name, before the parts that use them are made. Of an asynchronous function only what runs
is counted, not what it waits. A function that is not there any more is named, not passed over.
"""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from importlib import import_module
from types import coroutine
from typing import Any, NamedTuple

ROUNDS = 20_000
"""Calls of nothing that tell what the timing itself costs."""


class Stage(NamedTuple):
    """A stage and its functions; a ``!`` at the end marks one that returns the function to time."""

    name: str
    targets: tuple[str, ...]


class Spent(NamedTuple):
    """What a stage took: nanoseconds of the processor, calls, and steps of what is asynchronous."""

    nanoseconds: int = 0
    calls: int = 0
    steps: int = 0


class Cost(NamedTuple):
    """Nanoseconds that timing one call or step takes: those counted for the stage itself, and all."""

    inside: float
    whole: float


FREE = Cost(0, 0)


class Meter:
    """What every stage has taken so far."""

    def __init__(self, call: Cost = FREE, step: Cost = FREE) -> None:
        """``call`` and ``step``: what timing costs, so that a stage does not bear it for the stages within it."""
        self._outside = (0, round(call.whole - call.inside), round(step.whole - step.inside))
        self._spent: dict[str, list[int]] = {}
        self._within: list[int] = []

    def spent(self) -> dict[str, Spent]:
        """Return what each stage took."""
        return {name: Spent(*each) for name, each in self._spent.items()}

    def clear(self) -> None:
        """Begin anew."""
        for each in self._spent.values():
            each[:] = 0, 0, 0

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time counted for a stage."""
        self._spent.setdefault(name, [0, 0, 0])
        timed = self._awaited if inspect.iscoroutinefunction(function) else self._called
        return wraps(function)(timed(name, function))

    def _called(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        within, clock, leave = self._within, time.thread_time_ns, self._leave(name, 1)

        def called(*given: Any, **named: Any) -> Any:
            within.append(0)
            begin = clock()
            try:
                return function(*given, **named)
            finally:
                leave(begin)

        return called

    def _awaited(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        within, clock, leave = self._within, time.thread_time_ns, self._leave(name, 2)

        @coroutine
        def driven(running: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
            step, given = running.send, None
            while True:
                within.append(0)
                begin = clock()
                try:
                    waited = step(given)
                except StopIteration as ended:
                    return ended.value
                finally:
                    leave(begin)
                try:
                    step, given = running.send, (yield waited)
                except BaseException as problem:  # noqa: BLE001 - what is thrown in goes on to whom it is meant for
                    step, given = running.throw, problem

        async def awaited(*given: Any, **named: Any) -> Any:
            return await driven(function(*given, **named))

        return awaited

    def _leave(self, name: str, kind: int) -> Callable[[int], None]:
        spent, within, clock, outside = self._spent[name], self._within, time.thread_time_ns, self._outside[kind]

        def leave(begin: int) -> None:
            took = clock() - begin
            spent[0] += took - within.pop()
            spent[kind] += 1
            if within:
                within[-1] += took + outside

        return leave


@contextmanager
def timing(meter: Meter, stages: Sequence[Stage]) -> Iterator[list[str]]:
    """Time the stages within; yields the functions that are not there."""
    missing, put_back = list[str](), list[tuple[Any, str, Any]]()
    try:
        for stage in stages:
            for target in stage.targets:
                try:
                    put_back += _wrap(meter, stage.name, target)
                except (ImportError, AttributeError):
                    missing.append(target)
        yield missing
    finally:
        for owner, name, before in reversed(put_back):
            setattr(owner, name, before)


def costs() -> tuple[Cost, Cost]:
    """Return what timing takes: for a call, and for a step of what is asynchronous."""
    meter = Meter()
    call, step = meter.timed("call", _nothing), meter.timed("step", _nothing_awaited)
    whole = _took(call), _took(lambda: _run(step()))
    bare = _took(_nothing), _took(lambda: _run(_nothing_awaited()))
    inside = (meter.spent()[name].nanoseconds for name in ("call", "step"))
    made = [Cost((a - b) / ROUNDS, (c - b) / ROUNDS) for a, b, c in zip(inside, bare, whole, strict=True)]
    return made[0], made[1]


def _took(act: Callable[[], object]) -> int:
    begin = time.thread_time_ns()
    for _ in range(ROUNDS):
        act()
    return time.thread_time_ns() - begin


def _run(running: Coroutine[Any, Any, None]) -> None:
    with suppress(StopIteration):
        running.send(None)


def _nothing() -> None:
    pass


async def _nothing_awaited() -> None:
    pass


def _wrap(meter: Meter, name: str, target: str) -> list[tuple[Any, str, Any]]:
    """Wrap one function everywhere; return what stood there before."""
    module, _, path = target.rstrip("!").partition(":")
    owner: Any = import_module(module)
    *classes, last = path.split(".")
    for each in classes:
        owner = getattr(owner, each)
    before = inspect.getattr_static(owner, last)
    after = _making(meter, name, before) if target.endswith("!") else meter.timed(name, before)
    places = [(owner, last)]
    if not classes:
        places += [
            (other, held)
            for other in list(sys.modules.values())
            for held, value in list(vars(other).items() if hasattr(other, "__dict__") else ())
            if value is before and (other, held) != (owner, last)
        ]
    for place, held in places:
        setattr(place, held, after)
    return [(place, held, before) for place, held in places]


def _making(meter: Meter, name: str, maker: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(maker)
    def making(*given: Any, **named: Any) -> Any:
        return meter.timed(name, maker(*given, **named))

    return making
