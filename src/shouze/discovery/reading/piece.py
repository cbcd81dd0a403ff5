"""What readers yield: cells of columns, lines of text, files told by their type, and what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from shouze.intake.sources.row import Cell
from shouze.language import Text


class Column(NamedTuple):
    """A column as its source describes it."""

    name: str
    type: str = ""
    comment: str = ""


class Cells(NamedTuple):
    """Some rows of a table, column by column; a table's batches follow one another."""

    place: str
    columns: Sequence[Column]
    cells: Sequence[Sequence[Cell]]
    read: int = 0
    """Bytes of the source that were read for it, about."""


class Lines(NamedTuple):
    """Whole lines of text as valid UTF-8, and the number of the first, from 1."""

    place: str
    first: int
    content: bytes
    read: int = 0


class Kept(NamedTuple):
    """A file whose type alone says what it holds: a photograph, a fingerprint."""

    place: str
    item: str
    kind: Text


class Unread(NamedTuple):
    """Something that was not read, or not to its end, and why; the reason quotes nothing of the content."""

    place: str
    reason: Text


Piece = Cells | Lines | Kept | Unread


class TooMuchError(Exception):
    """More than the limits allow would have to be read or expanded."""


@dataclass
class Limits:
    """How much of one file is read; ``expanded`` counts what archives and documents unfold to, nested ones together."""

    in_memory: int = 64 * 1024 * 1024
    most_expanded: int = 2 * 1024 * 1024 * 1024
    ratio: int = 300
    depth: int = 4
    members: int = 20_000
    expanded: int = field(default=0)
    opened: int = field(default=0)

    def spend(self, size: int) -> None:
        """Count what was expanded; TooMuchError beyond the limit."""
        self.expanded += size
        if self.expanded > self.most_expanded:
            raise TooMuchError

    def open_member(self) -> None:
        """Count a member of an archive; TooMuchError beyond the limit."""
        self.opened += 1
        if self.opened > self.members:
            raise TooMuchError


Reader = Callable[[BinaryIO, str, Limits], Iterator[Piece]]
"""Reads one kind of file: yields the pieces of an open, seekable file; an exception means that it cannot go on."""


def whole(file: BinaryIO, limits: Limits) -> bytes:
    """Return the whole content of a file that has to be in memory; TooMuchError when it is too large for that."""
    content = file.read(limits.in_memory + 1)
    if len(content) > limits.in_memory:
        raise TooMuchError
    return content
