"""Keeps findings one a line until it is known how many users are among their values."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from typing import IO

import msgspec

from shouze.discovery.declared import copied
from shouze.discovery.finding import Known


class Spooled:
    """Lines on disk; they go where they belong when the scan and its matching are over."""

    def __init__(self, told: IO[bytes]) -> None:
        """``told`` is where they go in the end."""
        self._told = told
        self._waiting = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed when they have gone

    def write(self, line: bytes) -> int:
        """Keep a line."""
        return self._waiting.write(line)

    def finish(self, known: Mapping[str, Known]) -> None:
        """Write every line, with what is known of its mark."""
        with self._waiting:
            self._waiting.seek(0)
            for line in self._waiting:
                row = msgspec.json.decode(line)
                found = known.get(row["mark"])
                if found and "verdict" in row:
                    row["verdict"] = copied(row["verdict"], found)
                self._told.write(msgspec.json.encode({**row, "known": found}) + b"\n" if found else line)
