"""How often something may be asked: so many times in a minute under one key, in this process."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

from shouze.errors import TooManyError

SECONDS = 60.0
MOST_KEYS = 10_000


class Allowance:
    """A sliding minute for each key; the keys asked for longest ago are forgotten first."""

    def __init__(self, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._now = most, now
        self._asked: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> None:
        """Count one; TooManyError says in how many seconds there is room again."""
        with self._lock:
            now, asked = self._now(), self._asked.pop(key, deque())
            while asked and asked[0] <= now - SECONDS:
                asked.popleft()
            self._asked[key] = asked
            if len(self._asked) > MOST_KEYS:
                self._asked.pop(next(iter(self._asked)))
            if len(asked) >= self._most:
                raise TooManyError(math.ceil(asked[0] + SECONDS - now))
            asked.append(now)
