"""Scans the parts of sources in processes of their own: what crashes or hangs is told, and the rest goes on.

A process that says nothing for a time is ended, and its part is told as unread. Findings cross in small messages; a
process waits while nobody reads them, so that memory stays constant.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import Any

from shouze.discovery.places import Part
from shouze.discovery.reading.database import Manners
from shouze.discovery.reading.piece import Unread
from shouze.discovery.said import Said, packed, said_of, unpacked
from shouze.discovery.scanning import Outcome, Read, Scanner
from shouze.language import Text

PATIENCE = 60.0
"""Seconds without a word after which a process is ended."""
_LARGEST = 8 * 1024**3
_CHUNK = 500
_SLOW = Text("读取过慢，已中止", "Reading took too long; it was stopped")
_DIED = Text("读取时程序崩溃", "The reading program crashed")

MakeScanner = Callable[[], Scanner]


@dataclass(frozen=True)
class Done:
    """A part was read to its end, or to where it could be."""

    part: Part


@dataclass
class _Worker:
    process: Any
    pipe: Connection
    part: Part | None = None
    heard: float = field(default_factory=time.monotonic)
    ready: bool = False


def here(parts: Iterable[Part], make: MakeScanner, manners: Manners) -> Iterator[tuple[Part, Outcome | Done]]:
    """Scan in this process; for few and trusted files."""
    scanner = make()
    for part in parts:
        for outcome in scanner.scan(part.source, part.pieces(manners)):
            yield part, outcome
        yield part, Done(part)


def apart(
    parts: Iterable[Part], make: MakeScanner, manners: Manners, jobs: int, patience: float = PATIENCE
) -> Iterator[tuple[Part, Outcome | Done]]:
    """Scan in ``jobs`` processes; ``make`` has to be picklable. The order of parts is not kept."""
    pool = Pool(make, manners, jobs, patience)
    try:
        yield from pool.run(iter(parts))
    finally:
        pool.end()


class Pool:
    """Processes that scan; they stay from one run to the next."""

    def __init__(self, make: MakeScanner, manners: Manners, jobs: int, patience: float) -> None:
        """Start nothing yet."""
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["shouze.discovery.scanning", "hyperscan", "re2"])
        self._make, self._manners, self._patience, self._jobs = make, manners, patience, jobs
        self._workers: list[_Worker] = []

    def run(self, parts: Iterator[Part]) -> Iterator[tuple[Part, Outcome | Done]]:
        """Yield what is told of the parts; the order of parts is not kept."""
        idle = [each for each in self._workers if each.part is None]
        for part in islice(parts, self._jobs):
            self._give(idle.pop() if idle else self._joined(), iter((part,)))
        while busy := [each for each in self._workers if each.part is not None]:
            ready = wait([each.pipe for each in busy], timeout=1.0)
            for worker in busy:
                if worker.pipe in ready:
                    yield from self._hear(worker, parts)
                elif time.monotonic() - worker.heard > (
                    self._patience if worker.ready else max(self._patience, PATIENCE)
                ):
                    yield from self._lost(worker, _SLOW, parts)

    def end(self) -> None:
        """End every process."""
        for worker in self._workers:
            worker.process.kill()
            worker.process.join()
            worker.pipe.close()

    def _joined(self) -> _Worker:
        self._workers.append(self._started())
        return self._workers[-1]

    def _started(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self._make, self._manners), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def _give(self, worker: _Worker, parts: Iterator[Part]) -> None:
        worker.part = next(parts, None)
        worker.heard = time.monotonic()
        if worker.part is not None:
            worker.pipe.send(worker.part)

    def _hear(self, worker: _Worker, parts: Iterator[Part]) -> Iterator[tuple[Part, Outcome | Done]]:
        part = worker.part
        if part is None:
            return
        try:
            message = unpacked(worker.pipe.recv_bytes())
        except (EOFError, OSError):
            yield from self._lost(worker, _DIED, parts)
            return
        worker.heard, worker.ready = time.monotonic(), True
        if message.ends:
            self._give(worker, parts)  # before anybody looks at what was said: it need not wait for that
        for _, outcome in message.outcomes():
            yield part, Done(part) if outcome is None else outcome

    def _lost(self, worker: _Worker, why: Text, parts: Iterator[Part]) -> Iterator[tuple[Part, Outcome | Done]]:
        part = worker.part
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        fresh = self._started()
        worker.process, worker.pipe, worker.ready = fresh.process, fresh.pipe, False
        if part is not None:
            yield part, Unread(part.place, why)
            yield part, Done(part)
        self._give(worker, parts)


def _work(pipe: Connection, make: MakeScanner, manners: Manners) -> None:
    _bound_memory()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        scanner = make()
        gc.freeze()  # what is compiled stays: no collection has to look at it again
        pipe.send_bytes(packed([]))  # it is ready: from now on a process that says nothing hangs
        while True:
            part: Part = pipe.recv()
            said: list[Said] = []
            for outcome in scanner.scan(part.source, part.pieces(manners)):
                said.append(said_of(outcome))
                if len(said) >= _CHUNK or isinstance(outcome, Read):
                    pipe.send_bytes(packed(said))
                    said = []
            pipe.send_bytes(packed([*said, Said()]))
    except (EOFError, KeyboardInterrupt, BrokenPipeError):
        return


def _end_with_parent() -> None:
    """End this process, whatever it is at, when the one that started it is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _bound_memory() -> None:
    """Let a bomb end this process, not the machine."""
    try:
        import resource  # noqa: PLC0415 - only where there is such a limit
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    wanted = _LARGEST if hard == resource.RLIM_INFINITY else min(_LARGEST, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
