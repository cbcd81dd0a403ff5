"""Shows how far long work got, on standard error: one line drawn again on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from shouze.language import Language, Text

LIVE, PLAIN = 0.2, 10.0
"""Seconds from one line to the next, on a terminal and elsewhere; work that ends sooner says nothing elsewhere."""


class Meter:
    """Counts up; call it with what is done, and of how much."""

    def __init__(
        self,
        language: Language,
        label: Text,
        stream: TextIO | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to count; ``stream`` is standard error if none is given."""
        self._label, self._language = label.to(language), language
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._monotonic = monotonic
        self._began = self._shown = monotonic()
        self._first = self._done = 0
        self._counting = False

    def __call__(self, done: int, total: int) -> None:
        """Draw the line when it is time to."""
        now = self._monotonic()
        if not self._counting or done < self._done:
            # It begins, or another count does.
            self._counting, self._began, self._first = True, now, done
        self._done = done
        if now - self._shown < (LIVE if self._live else PLAIN):
            return
        self._shown = now
        rate = (done - self._first) / (now - self._began)
        per_second = Text("条/秒", "/s").to(self._language)
        line = f"  {self._label} {done:,} / {total:,}  {rate:,.0f} {per_second}"
        self._stream.write(f"\r\x1b[2K{line}" if self._live else f"{line}\n")
        self._stream.flush()

    def end(self) -> None:
        """Take the line away: what is said next replaces it."""
        if self._live:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
