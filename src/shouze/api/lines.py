"""The log of the process: JSON lines, written together.

A line about a request waits for its fellows: at most a fifth of a second, at most 64 KiB of them. Any other line (an
error, a warning) is written at once, after those that wait. What still waits is written when serving ends, and when
the process does; a process that is killed loses it. These lines are not the record of a use: that one is durable
before anything is opened.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import BinaryIO

import msgspec
import structlog

WAITING_SECONDS = 0.2
"""Seconds that a line about a request may wait."""
LARGEST_WAIT = 64 * 1024
"""Bytes beyond which lines wait no longer."""


class RequestLine(msgspec.Struct, frozen=True):
    """What the log says of one request, in the order in which it says it; ``ms``: milliseconds.

    ``purpose`` is the one of several under which it was refused.
    """

    request: str
    verb: str
    caller: str | None
    outcome: str
    code: str | None
    purpose: str | None
    status: int
    ms: float
    event: str = "request"
    level: str = "info"
    at: datetime = msgspec.field(default_factory=lambda: datetime.now(UTC))


_encode = msgspec.json.Encoder().encode


class Lines:
    """Where the lines of one application go; all its calls come from one thread.

    ``log`` takes what is no request: ``log.warning("erasing", code=…)``.
    """

    def __init__(self, level: str, stream: BinaryIO | None = None) -> None:
        """``level`` is the least that is written; the stream is by default standard error."""
        self.log: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
            self,
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
                structlog.processors.JSONRenderer(serializer=lambda event, **_: _encode(event)),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(level),
        )
        self._of_requests = level in {"debug", "info"}
        self._stream = stream or sys.stderr.buffer
        self._waiting: list[bytes] = []
        self._size = 0
        weakref.finalize(self, _write, self._stream, self._waiting)

    def request(self, line: RequestLine) -> None:
        """Let a line about a request wait, where the level has such lines; there is a running loop."""
        if not self._of_requests:
            return
        if not self._waiting:
            asyncio.get_running_loop().call_later(WAITING_SECONDS, self.flush)
        written = _encode(line)
        self._waiting += (written, b"\n")
        self._size += len(written)
        if self._size > LARGEST_WAIT:
            self.flush()

    def at_once(self, written: bytes) -> None:
        """Write what waits, and this line after it; structlog calls this by the name of the line's level."""
        self._waiting += (written, b"\n")
        self.flush()

    debug = info = warning = error = critical = at_once

    def flush(self) -> None:
        """Write what waits."""
        self._size = 0
        _write(self._stream, self._waiting)


class Told(logging.Handler):
    """Writes what libraries say by ``logging`` as lines like the others, so that whoever reads the log reads JSON only.

    Of an exception, its kind alone: its words may hold values.
    """

    def __init__(self, log: structlog.typing.FilteringBoundLogger) -> None:
        """Take warnings and worse, as Python does where nobody else asks for them."""
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; what cannot be said is not worth an error of its own."""
        kind = record.exc_info[0] if record.exc_info else None
        with contextlib.suppress(TypeError, ValueError, OSError):
            write = self._log.error if record.levelno >= logging.ERROR else self._log.warning
            write(record.getMessage(), logger=record.name, **({"error": kind.__name__} if kind else {}))


@contextmanager
def libraries_told(log: structlog.typing.FilteringBoundLogger) -> Iterator[None]:
    """Have what libraries say in the log while this goes on."""
    told, root = Told(log), logging.getLogger()
    root.addHandler(told)
    try:
        yield
    finally:
        root.removeHandler(told)


def json_log(level: str, stream: BinaryIO | None = None) -> structlog.typing.FilteringBoundLogger:
    """Return a log that writes each of its JSON lines at once, by default to standard error."""
    return Lines(level, stream).log


def _write(stream: BinaryIO, waiting: list[bytes]) -> None:
    """Write what waits; what cannot be written is forgotten, so that it never piles up."""
    if waiting:
        written = b"".join(waiting)
        waiting.clear()
        stream.write(written)
        stream.flush()
