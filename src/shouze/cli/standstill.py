"""Ends a process whose event loop stands still.

On SQLite a commit waits for the disk on the event loop itself (decision 0010). A disk that hangs stops every answer,
timeouts and refusals included: nothing leaves, but nobody is told either, and a supervisor sees a process that lives.
A thread beside the loop ends it, so that callers are hung up on and the process can be started anew.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from shouze.cli.failing import UNAVAILABLE
from shouze.language import Text

LOOKS = 10
"""Looks in a row, two a patience, at a loop that has not turned since. They are counted, not timed: a process that was
itself stopped for a while is not ended for it."""
_WORDS = Text(
    "事件循环停滞：磁盘没有回应，进程已结束；检查磁盘后重启",
    "The event loop stands still: the disk does not answer. The process has ended; check the disk, then start it again",
)


@asynccontextmanager
async def watched(patience: float, end: Callable[[], object] | None = None) -> AsyncIterator[None]:
    """Have ``end`` (the process) called by another thread once the loop stands still for five patiences (seconds).

    # Invariant: a store that hangs on the loop ends the process; no caller waits without end, none is told yes.
    """
    loop, left, turns = asyncio.get_running_loop(), threading.Event(), [0]

    def turn() -> None:
        turns[0] += 1
        if not left.is_set():
            loop.call_later(patience / 4, turn)

    def look() -> None:
        seen, still = 0, 0
        while not left.wait(patience / 2):
            still, seen = (still + 1 if turns[0] == seen else 0), turns[0]
            if still == LOOKS:
                (end or _end)()

    turn()
    threading.Thread(target=look, name="standstill", daemon=True).start()
    try:
        yield
    finally:
        left.set()


def _end() -> None:
    os.write(2, f"{_WORDS.zh}\n{_WORDS.en}\n".encode())
    os._exit(UNAVAILABLE)
