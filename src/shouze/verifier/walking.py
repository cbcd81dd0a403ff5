"""Verifies a whole log over several processes: stretches apart, joined in their order; it can be stopped and go on.

Each process opens the log by itself and reads what it is asked for; only hashes and faults pass between them.
"""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack, nullcontext
from copy import deepcopy
from dataclasses import dataclass
from multiprocessing import get_context
from typing import NamedTuple

from shouze.errors import UnavailableError
from shouze.language import Text
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.joining import Joining, Standing, standing_at
from shouze.ledger.note import Verifier
from shouze.ledger.reading import ChainKey, Reader
from shouze.ledger.stretch import SPAN, WRONG, Asked, Mark, MarkedSource, Stretch, verify_stretch
from shouze.ledger.tree import Frontier
from shouze.ledger.verify import FAULTS, Fault, LogSource, Report
from shouze.verifier.resuming import ResumeFile

Opening = Callable[[], AbstractContextManager[LogSource | MarkedSource]]
"""Opens the log; it has to pass to another process."""
KEEPING, LOOKING = 5.0, 0.2
"""Seconds from one keeping of how far it got to the next, and from one look whether to stop to the next."""


@dataclass(frozen=True)
class Plan:
    """How to verify: keys (the log's first, then those of witnesses), and from where.

    ``older`` has to be in the log's past; ``since`` too, and what it covers is not hashed again. ``still`` says that
    nobody writes meanwhile; without ``entries`` tiles alone are read. ``told`` hears how many leaves are joined, of how
    many; ``stopped`` is asked now and then.

    ``chains`` say where the nodes' records stood at the end of the log before; without them a log that follows another
    is verified alone, and the first record of each node there is taken as it comes; so it is, of nodes that ``chains``
    do not name, unless ``chains`` are those of the ``whole`` past.
    """

    verifiers: Sequence[Verifier]
    older: Checkpoint | None = None
    since: Checkpoint | None = None
    still: bool = False
    entries: bool = True
    chains: Mapping[ChainKey, Chain] | None = None
    whole: bool = True
    jobs: int = 1
    resume: ResumeFile | None = None
    told: Callable[[int, int], None] = lambda _done, _size: None
    stopped: Callable[[], bool] = lambda: False


class Walked(NamedTuple):
    """What was verified: the report, the tree, and sizes whose kept checkpoint is wrong."""

    report: Report
    frontier: Frontier = Frontier()
    wrong: tuple[int, ...] = ()


def walk(opening: Opening, plan: Plan, source: LogSource | MarkedSource | None = None) -> Walked:
    """Verify the log; ``source`` is what this process reads it by, where it does not open it itself.

    Never raises for anything the log returns; UnavailableError when it does not answer or a process is lost,
    KeyboardInterrupt when it is stopped: with a file to resume from, another run goes on.
    """
    with ExitStack() as stack:
        read = stack.enter_context(opening()) if source is None else source
        try:
            checkpoint, _ = open_checkpoint(read.checkpoint() or b"", plan.verifiers)
        except WRONG:
            return Walked(Report(0, b"", (Fault("checkpoint", FAULTS["checkpoint"], "checkpoint"),)))
        standing, marks = _beginning(read, checkpoint, plan)
        if standing is None:
            return Walked(Report(checkpoint.size, checkpoint.root, (Fault("older", FAULTS["older"], "checkpoint"),)))
        joining = Joining(read, checkpoint, standing, marks, alone=plan.chains is None or not plan.whole)
        _join_all(joining, opening, plan)
        if plan.still:
            joining.look_beyond()
        return Walked(joining.report(), joining.frontier, tuple(joining.standing.wrong))


def read_here(source: LogSource | MarkedSource) -> Opening:
    """Return what opens a log that this process has open already; it does not pass to another one."""
    return lambda: nullcontext(source)


def _beginning(source: LogSource, checkpoint: Checkpoint, plan: Plan) -> tuple[Standing | None, tuple[Mark, ...]]:
    """Return where to begin, and what the log has to have been; None where it cannot have been so."""
    older = [each for each in (plan.older, plan.since) if each is not None]
    marks = tuple(Mark(each.size, each.root) for each in older)
    if any(each.origin != checkpoint.origin or each.size > checkpoint.size for each in older):
        return None, marks
    kept = plan.resume.read(plan.verifiers[0]) if plan.resume is not None else None
    if kept is not None:
        standing, mark = kept
        return (standing if mark.size <= checkpoint.size else None), (*marks, mark)
    if plan.since is None:
        chains = {key: (chain.last_nseq, chain.last_hash) for key, chain in (plan.chains or {}).items()}
        return Standing(chains=chains), marks
    try:
        return standing_at(source, plan.since.size // SPAN, checkpoint.size), marks
    except WRONG:
        return None, marks


def _join_all(joining: Joining, opening: Opening, plan: Plan) -> None:
    kept = time.monotonic()
    joining.begin()
    plan.told(joining.frontier.size, joining.checkpoint.size)
    # Invariant: what is kept is how it stood after a whole stretch, wherever it is stopped.
    whole = deepcopy(joining.standing)
    stretches = _stretches(opening, joining.asked(entries=plan.entries), plan, joining.source)
    try:
        for stretch in stretches:
            if not joining.join(stretch):
                return
            if stretch.width == SPAN:
                whole = deepcopy(joining.standing)
            if time.monotonic() - kept > KEEPING:
                _keep(joining, plan, whole)
                kept = time.monotonic()
            plan.told(joining.frontier.size, joining.checkpoint.size)
    finally:
        stretches.close()
        _keep(joining, plan, whole)
    joining.finish()


def _keep(joining: Joining, plan: Plan, standing: Standing) -> None:
    if plan.resume is not None:
        plan.resume.keep(plan.verifiers[0], joining.checkpoint, standing)


def _stretches(
    opening: Opening, asked: Iterable[Asked], plan: Plan, source: LogSource | MarkedSource
) -> Generator[Stretch]:
    """Yield the stretches in their order, verified here or by other processes, a few ahead of the one joined."""
    waiting = iter(asked)
    first = next(waiting, None)
    if first is None:
        return
    second = next(waiting, None)
    if second is None or plan.jobs == 1:
        reader = Reader()
        for each in (first, *((second,) if second else ()), *waiting):
            _stop_if(plan)
            yield verify_stretch(source, each, reader)
        return
    yield from _by_others(opening, (first, second), waiting, plan)


def _by_others(opening: Opening, begun: Sequence[Asked], waiting: Iterator[Asked], plan: Plan) -> Iterator[Stretch]:
    pool = ProcessPoolExecutor(plan.jobs, get_context("spawn"), _begin, (opening,))
    running: deque[Future[Stretch | None]] = deque()
    try:
        running.extend(pool.submit(_verify, each) for each in begun)
        while running:
            while len(running) < 2 * plan.jobs and (each := next(waiting, None)) is not None:
                running.append(pool.submit(_verify, each))
            while not wait([running[0]], LOOKING).done:
                _stop_if(plan)
            stretch = running.popleft().result()
            if stretch is None:
                raise UnavailableError(field="log")
            yield stretch
    except BrokenProcessPool:
        words = Text("核验进程意外结束", "A process that verified came to an end")
        remedy = Text("检查内存，或用较小的 --jobs", "Check the memory, or use fewer --jobs")
        raise UnavailableError(words, field="--jobs", remedy=remedy) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _stop_if(plan: Plan) -> None:
    if plan.stopped():
        raise KeyboardInterrupt


_own: list[tuple[LogSource | MarkedSource, Reader, ExitStack]] = []
"""What a process of its own has opened: one log, which stays open until the process ends."""


def _begin(opening: Opening) -> None:
    # Whoever presses Ctrl-C stops the process that joins; it ends these.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stack = ExitStack()
    _own.append((stack.enter_context(opening()), Reader(), stack))


def _verify(asked: Asked) -> Stretch | None:
    """Return what a stretch shows; None where the log does not answer."""
    source, reader, _ = _own[0]
    try:
        return verify_stretch(source, asked, reader)
    except UnavailableError:
        return None
