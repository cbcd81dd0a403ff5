"""What a scan says, as it passes from process to process: as bytes, several times as cheap as Python's own pickle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from shouze.discovery.finding import Finding
from shouze.discovery.reading.piece import Unread
from shouze.discovery.scanning import Outcome, Read


class Said(msgspec.Struct, array_like=True):
    """One outcome, and of which part by its number; without any, the part is done."""

    part: int = 0
    found: Finding | None = None
    unread: Unread | None = None
    read: Read | None = None

    @property
    def outcome(self) -> Outcome | None:
        """Return what was said; None for the end of a part."""
        return self.found or self.unread or self.read


def said_of(outcome: Outcome, part: int = 0) -> Said:
    """Return an outcome as it passes."""
    if isinstance(outcome, Finding):
        return Said(part, outcome)
    return Said(part, None, outcome) if isinstance(outcome, Unread) else Said(part, None, None, outcome)


def packed(said: Sequence[Said]) -> bytes:
    """Return as bytes what was said."""
    return _ENCODER.encode(said)


def unpacked(content: bytes) -> Iterator[Said]:
    """Yield what was said."""
    yield from _DECODER.decode(content)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[Said])
