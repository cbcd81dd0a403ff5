"""The one clock: UTC, and never backwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from shouze.errors import UnavailableError
from shouze.language import Text

TOLERATED = timedelta(milliseconds=50)
"""What time synchronisation may take back unnoticed; the clock stands still meanwhile."""


class SteadyClock:
    """A clock over ``read`` (UTC) that refuses to be trusted once it has stepped back."""

    def __init__(self, read: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._read = read
        self._last = datetime.fromtimestamp(0, UTC)

    def now(self) -> datetime:
        """Return the time; UnavailableError when the clock stands before an earlier answer."""
        now = self._read()
        if now < self._last - TOLERATED:
            raise UnavailableError(
                Text("系统时钟倒退", "The system clock has stepped back"),
                remedy=Text("校准时钟并重启", "Set the clock right, then restart"),
            )
        self._last = max(self._last, now)
        return self._last
