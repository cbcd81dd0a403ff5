"""What a scan says, as it passes from process to process: as bytes, several times as cheap as Python's own pickle.

Lines of text with findings come by the thousand and differ in little: what those of one kind in one source share is
said once in each message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from shouze.discovery.finding import Finding, Span
from shouze.discovery.reading.piece import Unread
from shouze.discovery.scanning import Outcome, Read
from shouze.language import Text


class Said(msgspec.Struct, array_like=True, tag=0, gc=False):
    """One outcome, and of which part by its number; without any, the part is done."""

    part: int = 0
    found: Finding | None = None
    unread: Unread | None = None
    read: Read | None = None

    @property
    def outcome(self) -> Outcome | None:
        """Return what was said; None for the end of a part."""
        return self.found or self.unread or self.read


class _Line(msgspec.Struct, array_like=True, tag=1, gc=False):
    """A line of text with findings: by itself what it does not share with others."""

    part: int
    kind: int
    place: str
    count: int
    confidence: float
    sample: str
    spans: tuple[Span, ...]


class _Kind(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What lines share."""

    source: str
    item: str
    kind: str
    reason: Text
    about: str


class Message(msgspec.Struct, array_like=True):
    """What was said in one go."""

    kinds: list[_Kind]
    said: list[_Line | Said]

    @property
    def ends(self) -> bool:
        """Tell whether a part is done with it."""
        last = self.said[-1] if self.said else None
        return isinstance(last, Said) and last.outcome is None

    def outcomes(self) -> Iterator[tuple[int, Outcome | None]]:
        """Return, in order, of which part something was said, and what; None when that part is done."""
        kinds = self.kinds
        return (
            (each.part, each.outcome if isinstance(each, Said) else _whole(each, kinds[each.kind]))
            for each in self.said
        )


def said_of(outcome: Outcome, part: int = 0) -> Said:
    """Return an outcome as it passes."""
    if isinstance(outcome, Finding):
        return Said(part, outcome)
    return Said(part, None, outcome) if isinstance(outcome, Unread) else Said(part, None, None, outcome)


def packed(said: Sequence[Said]) -> bytes:
    """Return as bytes what was said."""
    kinds: dict[_Kind, int] = {}
    short = [_short(each, kinds) for each in said]
    return _ENCODER.encode(Message(list(kinds), short))


def unpacked(content: bytes) -> Message:
    """Return what was said."""
    return _DECODER.decode(content)


def _short(said: Said, kinds: dict[_Kind, int]) -> _Line | Said:
    """Return what was said, of a finding in a line of text without what its kind shares."""
    found = said.found
    if found is None or not found.spans or found.verdict or found.known or found.ages or found.of is not None:
        return said
    kind = kinds.setdefault(_Kind(found.source, found.item, found.kind, found.reason, found.about), len(kinds))
    return _Line(said.part, kind, found.place, found.count, found.confidence, found.sample, found.spans)


def _whole(line: _Line, kind: _Kind) -> Finding:
    return Finding(
        source=kind.source, place=line.place, item=kind.item, kind=kind.kind, count=line.count,
        confidence=line.confidence, reason=kind.reason, sample=line.sample, about=kind.about, spans=line.spans,
    )  # fmt: skip


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Message)
