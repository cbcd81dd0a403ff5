"""Remembers which parts of a scan are done, with their findings, so that the same command goes on.

# Invariant: a part counts as done only when everything said of it stands in the file before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from shouze.discovery.finding import Finding
from shouze.discovery.inventory import Gap
from shouze.discovery.places import Part
from shouze.errors import InvalidError
from shouze.language import Text


class _Row(msgspec.Struct, omit_defaults=True):
    part: str
    found: Finding | None = None
    unread: Gap | None = None
    done: bool = False


class Journal:
    """A file of JSON lines."""

    def __init__(self, path: Path) -> None:
        """Read what is there; InvalidError when it is no such file."""
        self._done: set[str] = set()
        self._rows: dict[str, list[_Row]] = {}
        self._path = path
        if path.exists():
            self._read(path)
        self._file = path.open("ab")

    def left(self, parts: Iterable[Part]) -> Iterator[Part]:
        """Yield the parts that are not done."""
        return (each for each in parts if each.key not in self._done)

    def done(self) -> Iterator[Finding | Gap]:
        """Yield what was said of the parts that are done."""
        for rows in self._rows.values():
            for row in rows:
                said: Any = row.found or row.unread
                yield said

    def note(self, part: Part, said: Finding | Gap | None) -> None:
        """Note a finding or a gap of a part; None when it is done."""
        row = _Row(part.key, found=said if isinstance(said, Finding) else None,
                   unread=said if isinstance(said, Gap) else None, done=said is None)  # fmt: skip
        self._file.write(msgspec.json.encode(row) + b"\n")
        if said is None:
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read(self, path: Path) -> None:
        waiting: dict[str, list[_Row]] = {}
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    row = msgspec.json.decode(line, type=_Row)
                except msgspec.DecodeError:
                    if not line.endswith(b"\n"):
                        break  # the last line of a run that was cut off
                    words = Text("不是续扫记录", "It is no record of a scan")
                    remedy = Text("换一个文件名", "Give another name")
                    raise InvalidError(words, field=path.name, line=number, remedy=remedy) from None
                if row.done:
                    self._done.add(row.part)
                    self._rows[row.part] = waiting.pop(row.part, [])
                else:
                    waiting.setdefault(row.part, []).append(row)
