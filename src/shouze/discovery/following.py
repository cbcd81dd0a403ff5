"""Follows logs as they grow: new whole lines as they come, through rotation and truncation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from shouze.discovery.reading.piece import Lines
from shouze.discovery.reading.plain import encoding_of, halved, utf8

EVERY = 0.5
"""Seconds between looks."""
_LONGEST = 1024 * 1024


class Followed:
    """One log: where reading stands, and which file it is."""

    def __init__(self, path: Path, place: str) -> None:
        """Begin at the present end."""
        self._path, self._place = path, place
        self._left = b""
        self._offset, self._number, self._file = 0, 1, 0
        try:
            status = path.stat()
            self._offset, self._file = status.st_size, status.st_ino
            with path.open("rb") as file:
                self._number += sum(block.count(b"\n") for block in iter(lambda: file.read(_LONGEST), b""))
        except OSError:
            return

    def new(self) -> Lines | None:
        """Return the whole lines that came since the last look, None where there are none."""
        try:
            status = self._path.stat()
            if status.st_ino != self._file or status.st_size < self._offset:
                self._offset, self._number, self._left, self._file = 0, 1, b"", status.st_ino
            with self._path.open("rb") as file:
                file.seek(self._offset)
                block = file.read(_LONGEST)
        except OSError:
            return None
        self._offset += len(block)
        whole, newline, self._left = (self._left + block).rpartition(b"\n")
        if not newline and len(self._left) < _LONGEST:
            return None
        content = halved(utf8(whole + newline, encoding_of(whole[:65536])))
        found = Lines(self._place, self._number, content, len(whole) + 1)
        self._number += content.count(b"\n")
        return found


def follow(
    logs: list[Followed], stopped: Callable[[], bool], pause: Callable[[float], None] = time.sleep
) -> Iterator[Lines]:
    """Yield what is new in any of the logs until ``stopped``."""
    while not stopped():
        found = [lines for each in logs if (lines := each.new()) is not None]
        yield from found
        if not found:
            pause(EVERY)
