"""Checks chunks of rows here, or spread over processes, in the order of the source."""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence

from shouze.intake.checking import Checked, Checker
from shouze.intake.sources.row import Row

_WAITING = 2
"""Chunks that wait for each worker."""
_CHECKER: list[Checker] = []


async def spread(checker: Checker, chunks: Iterator[Sequence[Row]], workers: int) -> AsyncIterator[Checked]:
    """Yield the checked chunks; with ``workers`` other processes check while the one before is handed over."""
    if not workers:
        for chunk in chunks:
            yield checker.check(chunk)
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - few imports want processes
    from multiprocessing import get_context  # noqa: PLC0415 - few imports want processes

    pool = ProcessPoolExecutor(workers, get_context("spawn"), _settle, (checker,))
    loop, under_way = asyncio.get_running_loop(), deque[asyncio.Future[Checked]]()
    try:
        for chunk in chunks:
            under_way.append(loop.run_in_executor(pool, _check, chunk))
            if len(under_way) >= workers * _WAITING:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()
    finally:
        pool.shutdown(cancel_futures=True)


def _settle(checker: Checker) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the run itself decides when to stop
    _CHECKER[:] = [checker]


def _check(rows: Sequence[Row]) -> Checked:
    return _CHECKER[0].check(rows)
