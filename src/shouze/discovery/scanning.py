"""Scans what readers yield: columns are judged at a table's end, lines as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import msgspec

from shouze.discovery.ages import Ages, basis_of
from shouze.discovery.columns import ColumnJudge
from shouze.discovery.detector import Detector
from shouze.discovery.finding import Finding, Span, masked
from shouze.discovery.matching import Hits, Matcher
from shouze.discovery.reading.piece import Cells, Kept, Lines, Piece, Unread
from shouze.discovery.tally import Counting, Tally
from shouze.discovery.text import Judged, SpanJudge
from shouze.language import Text

AT_LEAST = 0.5
"""The least confidence that is told."""
_COLUMNS = 5_000


class Read(NamedTuple):
    """So many bytes, cells and lines were read."""

    bytes: int
    cells: int = 0
    lines: int = 0


Outcome = Finding | Unread | Read


@dataclass
class _Table:
    place: str
    columns: dict[str, Tally] = field(default_factory=dict)
    looked: bool = True

    def tally(self, name: str, kind: str, comment: str) -> Tally | None:
        """Return the tally of a column; None beyond the most that are kept."""
        if name not in self.columns and len(self.columns) < _COLUMNS:
            self.columns[name] = Tally(name, kind, comment)
        return self.columns.get(name)


class Scanner:
    """Scans with one set of detectors; one for each process."""

    def __init__(
        self, detectors: Sequence[Detector], titles: Mapping[str, Text], today: date, at_least: float = AT_LEAST
    ) -> None:
        """Compile everything once."""
        self.matcher = Matcher(detectors, today)
        self._detectors = self.matcher.detectors
        self._spans = SpanJudge(self.matcher, at_least)
        self._counting = Counting(self.matcher, self._spans)
        self._columns = ColumnJudge(detectors, titles, at_least)

    def scan(self, source: str, pieces: Iterable[Piece]) -> Iterator[Outcome]:
        """Yield the findings of a source, what was not read of it, and how much was."""
        table: _Table | None = None
        for piece in pieces:
            if isinstance(piece, Cells):
                if table is not None and table.place != piece.place:
                    yield from self._judged(source, table)
                    table = None
                table = table or _Table(piece.place)
                self._count(table, piece)
                yield Read(piece.read, cells=sum(map(len, piece.cells)))
            elif isinstance(piece, Lines):
                yield from self.lines(source, piece)
            elif isinstance(piece, Kept):
                yield _kept(source, piece)
            else:
                yield piece
        if table is not None:
            yield from self._judged(source, table)

    def values(self, content: bytes, kind: str, *, in_text: bool) -> list[str]:
        """Return the values of a kind: in cells those whose check holds, in text those that are sure enough, too."""
        hits = self.matcher.hits(content)
        found: Sequence[tuple[Any, ...]] = self._spans.judge(content, hits) if in_text else _as_they_are(hits)
        return [content[start:end].decode("utf-8", "replace") for number, start, end, *_ in found
                if self._detectors[number].id == kind]  # fmt: skip

    def lines(self, source: str, piece: Lines) -> Iterator[Outcome]:
        """Yield the findings of a block of text, one for each line and kind."""
        judged = self._spans.judge(piece.content, self.matcher.hits(piece.content)) if piece.content else []
        number, counted = piece.first, 0
        line: list[Judged] = []
        for each in judged:
            newlines = piece.content.count(b"\n", counted, each.start)
            if newlines and line:
                yield from self._line(source, piece, number, line)
                line = []
            number, counted = number + newlines, each.start
            line.append(each)
        if line:
            yield from self._line(source, piece, number, line)
        yield Read(piece.read or len(piece.content), lines=piece.content.count(b"\n") + 1)

    def _count(self, table: _Table, piece: Cells) -> None:
        for column, cells in zip(piece.columns, piece.cells, strict=True):
            tally = table.tally(*column)
            if tally is not None:
                self._counting.count(tally, cells)
        table.looked = table.looked and any(map(len, piece.cells))

    def _judged(self, source: str, table: _Table) -> Iterator[Finding]:
        ages = _ages(table.columns.values())
        for each in self._columns.judge(source, table.place, list(table.columns.values()), looked=table.looked):
            yield msgspec.structs.replace(each, ages=ages) if ages else each

    def _line(self, source: str, piece: Lines, number: int, line: list[Judged]) -> Iterator[Finding]:
        begun = piece.content.rfind(b"\n", 0, line[0].start) + 1
        by_kind: dict[int, list[Judged]] = {}
        for each in line:
            by_kind.setdefault(each.detector, []).append(each)
        for kind, found in by_kind.items():
            detector = self._detectors[kind]
            spans = tuple(_in_characters(piece.content, begun, found))
            value = piece.content[found[0].start : found[0].end].decode("utf-8", "replace")
            best = max(found, key=lambda each: each.confidence)
            yield Finding(
                source=source, place=f"{piece.place}:{number}", item=detector.item, kind=detector.id, count=len(found),
                confidence=round(best.confidence, 2), reason=_reason(detector, best), sample=masked(detector, value),
                about=detector.about, spans=spans,
            )  # fmt: skip


def _as_they_are(hits: Hits) -> list[tuple[int, ...]]:
    return list(zip(hits.detectors.tolist(), hits.starts.tolist(), hits.ends.tolist(), strict=True))


def _ages(columns: Iterable[Tally]) -> Ages:
    """Return how old a table's rows are, by the first column of each kind that holds dates."""
    ages: Ages = {}
    for each in columns:
        basis = basis_of(each.name, each.comment)
        if basis is not None and each.months:
            ages.setdefault(basis, dict(each.months))
    return ages


def _in_characters(content: bytes, begun: int, found: Iterable[Judged]) -> Iterator[Span]:
    """Yield where values of one kind stand in their line; each character is counted once, however long the line."""
    place, characters = begun, 0
    for each in found:
        start = characters + len(content[place : each.start].decode("utf-8", "replace"))
        place, characters = each.end, start + len(content[each.start : each.end].decode("utf-8", "replace"))
        yield Span(start, characters)


_SAID = {
    1: Text("；旁边的字样也支持", "; the words beside it say so, too"),
    0: Text("", ""),
    -1: Text("；旁边的字样不支持", "; the words beside it speak against it"),
}


def _reason(detector: Detector, judged: Judged) -> Text:
    said = _SAID[judged.word]
    return Text(detector.why.zh + said.zh, detector.why.en + said.en)


def _kept(source: str, piece: Kept) -> Finding:
    return Finding(source=source, place=piece.place, item=piece.item, kind=f"file-{piece.item}", count=1,
                   confidence=0.8 if piece.item != "photo" else 0.65, reason=piece.kind, sample="***")  # fmt: skip
