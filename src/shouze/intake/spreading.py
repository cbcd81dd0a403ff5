"""Checks chunks of rows here, or spread over processes, in the order of the source."""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from itertools import chain, islice

from shouze.errors import UnavailableError
from shouze.intake.checking import Checked, Checker
from shouze.intake.sources.row import Row
from shouze.language import Text

_WAITING = 2
"""Chunks that wait for each worker."""
_CHECKER: list[Checker] = []


async def spread(
    checker: Checker, chunks: Iterator[Sequence[Row]], workers: int, alone: int = 0
) -> AsyncGenerator[Checked, None]:
    """Yield the checked chunks; with ``workers`` other processes check while the one before is handed over.

    The first ``alone`` chunks are checked here all the same: a short source waits for no process to start.
    UnavailableError when one of those processes is ended from outside.
    """
    for chunk in islice(chunks, alone) if workers else chunks:
        yield checker.check(chunk)
    first = next(chunks, None)
    if first is None:
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - few imports want processes
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415 - few imports want processes
    from multiprocessing import get_context  # noqa: PLC0415 - few imports want processes

    pool = ProcessPoolExecutor(workers, get_context("spawn"), _settle, (checker,))
    loop, under_way = asyncio.get_running_loop(), deque[asyncio.Future[Checked]]()
    try:
        for chunk in chain((first,), chunks):
            under_way.append(loop.run_in_executor(pool, _check, chunk))
            if len(under_way) >= workers * _WAITING:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()
    except BrokenProcessPool:
        for each in under_way:
            each.cancel()
        raise _ended() from None
    finally:
        pool.shutdown(cancel_futures=True)


def _ended() -> UnavailableError:
    return UnavailableError(
        Text("检查行的进程被终止", "A process that checks rows was ended"),
        field="--workers",
        remedy=Text("核对内存是否不足，然后用同一命令续传", "See whether memory ran out; the same command goes on"),
    )


def _settle(checker: Checker) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the run itself decides when to stop
    _CHECKER[:] = [checker]


def _check(rows: Sequence[Row]) -> Checked:
    return _CHECKER[0].check(rows)
