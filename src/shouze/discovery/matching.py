"""Finds candidates of every detector in one pass, and keeps those whose check holds.

Hyperscan finds in one pass over the bytes: extents of plain patterns, and lines that hold a trigger. RE2 then searches
those lines. Both run in linear time whatever the pattern and the text.

# Invariant: the same content gives the same hits, however it is cut into calls at the ends of lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from shouze.discovery.checks import CHECKS
from shouze.discovery.detector import Detector, filled
from shouze.discovery.expressions import Edge, Expression, expressions_of, with_edges
from shouze.discovery.given import ends_of_names
from shouze.discovery.installed import extra
from shouze.discovery.lexicon import lexicon
from shouze.discovery.passes import SOM_LEFTMOST, UTF8, Pass, Wanted, quickest
from shouze.discovery.spans import Bytes, Mask, Padded, Places, Spans
from shouze.errors import InvalidError
from shouze.language import Text

_AROUND = 640
"""Bytes of a line that are searched on either side of a trigger."""
_NAME = 7
"""Bytes that a name and a mark take at least."""
_DEAREST = 64 * 1024 * 1024
_BITS = 31
_FURTHEST = 2**_BITS - 1
"""No content is as long: files are read in blocks, or up to 64 MiB."""


class Hits(NamedTuple):
    """Values found, in their order: which detector, and from where to where in bytes."""

    detectors: Places
    starts: Places
    ends: Places

    def __len__(self) -> int:
        return len(self.starts)


class _Numbered(NamedTuple):
    number: int
    found: Expression

    @property
    def wanted(self) -> Wanted:
        flags = SOM_LEFTMOST * self.found.starts | UTF8 * self.found.wide
        return Wanted(self.found.expression, self.number, flags)


_NONE = Hits(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))


class Matcher:
    """The detectors, compiled; one for each process."""

    def __init__(self, detectors: Sequence[Detector], today: date, make: Callable[[], Pass] = quickest) -> None:
        """Compile; InvalidError names the detector whose pattern is not of the syntax, or too large."""
        self.detectors = tuple(detectors)
        self._today = today
        patterns = lexicon().patterns
        self._searched = {
            number: _searching(each, filled(each.pattern, patterns))
            for number, each in enumerate(self.detectors)
            if each.pattern and each.by_line
        }
        self._except = [_searching(each, f"(?i)(?:{'|'.join(each.except_)})") if each.except_ else None
                        for each in self.detectors]  # fmt: skip
        numbers = {each.id: number for number, each in enumerate(self.detectors)}
        self._near = {number: [numbers[each] for each in self.detectors[number].near if each in numbers]
                      for number in self._searched if self.detectors[number].near}  # fmt: skip
        self._named = [number for number in self._searched if self.detectors[number].check == "name"]
        self._edges: dict[int, tuple[int, Edge]] = {}
        self._make, self._pass = make, make()
        self._compile()

    def candidates(self, content: bytes) -> Places:
        """Return what the first pass finds, in rows of three: number of the detector, start (0 for triggers), end."""
        if len(content) > _FURTHEST:
            raise OverflowError(len(content))
        return with_edges(self._pass.rows(content), content, self._edges)

    def hits(self, content: bytes) -> Hits:
        """Return the values in ``content`` (valid UTF-8) that the checks accept; one detector's never overlap."""
        table = self._with_names(content, self._with_neighbours(content, self.candidates(content)))
        if not len(table):
            return _NONE
        padded = Padded(content, int(table[:, 2].max()) + (_AROUND + 4 if self._searched else 0))
        kept = []
        order = np.argsort(table[:, 0].astype(np.int16), kind="stable")
        numbers, all_starts, all_ends = (column[order] for column in table.T)
        cuts = np.flatnonzero(np.diff(numbers)) + 1
        for first, last in zip([0, *cuts.tolist()], [*cuts.tolist(), len(numbers)], strict=True):
            number, starts, ends = int(numbers[first]), all_starts[first:last], all_ends[first:last]
            if number in self._searched:
                starts, ends = self._on_lines(content, number, ends)
            starts, ends = self._checked(padded, number, starts, ends)
            kept.append((np.full(len(starts), number), starts, ends))
        joined = Hits(*map(np.concatenate, zip(*kept, strict=True)))
        order = _in_order(joined.starts, joined.ends)
        return Hits(*(column[order] for column in joined))

    def _with_neighbours(self, content: bytes, table: Places) -> Places:
        """Add triggers where a value stands right after a mark that follows a name."""
        added = [table]
        for number, near in self._near.items():
            rows = table[np.isin(table[:, 0], near) & (table[:, 1] >= _NAME)]
            text = np.frombuffer(content, dtype=np.uint8)
            found = rows[_follows_a_surname(text, rows[:, 1])]
            if not len(found):
                continue
            added.append(np.column_stack((np.full(len(found), number), found[:, 1] * 0, found[:, 2])))
        return np.concatenate(added) if len(added) > 1 else table

    def _with_names(self, content: bytes, table: Places) -> Places:
        """Add triggers where characters of a name stand between borders."""
        if not self._named:
            return table
        ends = ends_of_names(np.frombuffer(content, dtype=np.uint8))
        added = [np.column_stack((np.full(len(ends), number), ends * 0, ends)) for number in self._named]
        return np.concatenate((table, *added)) if len(ends) else table

    def _checked(self, content: Padded, number: int, starts: Places, ends: Places) -> tuple[Places, Places]:
        detector = self.detectors[number]
        if detector.check is not None and len(starts):
            holds = CHECKS[detector.check](Spans(content, starts, ends, self._today))
            starts, ends = starts[holds], ends[holds]
        excluded = self._except[number]
        if excluded is not None and len(starts):
            texts = Spans(content, starts, ends, self._today).texts()
            holds = np.array([excluded.fullmatch(text) is None for text in texts], dtype=np.bool_)
            starts, ends = starts[holds], ends[holds]
        return _apart(starts, ends)

    def _on_lines(self, content: bytes, number: int, ends: Places) -> tuple[Places, Places]:
        spans = [
            span
            for first, last in _lines(content, np.unique(ends).tolist())
            for span in _searched(self._searched[number], content, first, last)
        ]
        table = np.array(sorted(set(spans)), dtype=np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def _compile(self) -> None:
        """Compile databases to be searched one after the other, which is quicker than what is unlike in one."""
        passes: dict[tuple[bool, bool], list[_Numbered]] = {}
        numbers: dict[tuple[int, Edge], int] = {}
        for number, each in enumerate(self.detectors):
            for found in expressions_of(number, each, lexicon().patterns) if each.pattern else ():
                as_number = number
                if found.edge is not None:
                    as_number = numbers.setdefault((number, found.edge), len(self.detectors) + len(numbers))
                led = found.edge is not None and found.edge.kind == "first"
                passes.setdefault((found.wide, led), []).append(_Numbered(as_number, found))
        self._edges = {as_number: each for each, as_number in numbers.items()}
        for listed in passes.values():
            try:
                self._pass.add([each.wanted for each in listed])
            except ValueError as problem:
                raise self._refused(listed) from problem

    def _refused(self, listed: list[_Numbered]) -> InvalidError:
        for each in listed:
            try:
                self._make().add([each.wanted])
            except ValueError:
                return _broken(self.detectors[each.found.detector])
        return InvalidError(Text("规则合在一起过大", "The patterns are too large together"), field="pattern")


def _follows_a_surname(text: Bytes, starts: Places) -> Mask:
    """Return which places follow a mark (of one byte or three) that follows a surname and one or two characters."""
    found: Mask = np.zeros(len(starts), dtype=np.bool_)
    for mark in (1, 3):
        for given in (1, 2):
            first = np.maximum(starts - mark - 3 * given - 3, 0)
            code = text[first].astype(np.int64) * 65_536 + text[first + 1].astype(np.int64) * 256 + text[first + 2]
            found |= np.isin(code, _surnames())
    return found


@cache
def _surnames() -> Places:
    """Return the surnames as numbers of three bytes of UTF-8; compound ones by their second character."""
    known = {*lexicon().surnames, *(each[1] for each in lexicon().compounds)}
    return np.array([int.from_bytes(each.encode()) for each in known if len(each.encode()) == 3], dtype=np.int64)


def _searching(detector: Detector, pattern: str) -> Any:
    re2 = extra("re2")
    options = re2.Options()
    options.max_mem, options.log_errors = _DEAREST, False
    try:
        return re2.compile(pattern, options)
    except re2.error:
        raise _broken(detector) from None


def shapes_of(detectors: Sequence[Detector]) -> Any:
    """Return what tells in one go which of the detectors' shapes a whole cell has, by their places in the sequence."""
    re2 = extra("re2")
    options = re2.Options()
    options.max_mem, options.log_errors = _DEAREST * 4, False
    shapes = re2.Set.FullMatchSet(options)
    for each in detectors:
        try:
            shapes.Add(filled(each.cell or "", lexicon().patterns))
        except re2.error:
            raise _broken(each, "cell") from None
    try:
        shapes.Compile()
    except re2.error:
        raise InvalidError(Text("规则合在一起过大", "The patterns are too large together"), field="cell") from None
    return shapes


def words_in(detector: Detector, words: Sequence[str]) -> Any:
    """Return what finds any of these words, capitals apart; None where there are none."""
    return _searching(detector, f"(?i)(?:{'|'.join(words)})") if words else None


def _broken(detector: Detector, part: str = "pattern") -> InvalidError:
    words = Text("匹配式有误或过大", "The pattern is not valid, or too large")
    remedy = Text("使用 RE2 语法：不含环视和反向引用", "Use RE2's syntax: no look-around, no back references")
    return InvalidError(words, field=f"{detector.id}.{part}", remedy=remedy)


def _apart(starts: Places, ends: Places) -> tuple[Places, Places]:
    """Keep the longest of those that begin together, and of those that overlap the first."""
    order = _in_order(starts, _FURTHEST - ends)
    starts, ends = starts[order], ends[order]
    if len(starts) < 2:
        return starts, ends
    longest = np.concatenate(([True], starts[1:] != starts[:-1]))
    starts, ends = starts[longest], ends[longest]
    reach = np.concatenate(([-1], np.maximum.accumulate(ends)[:-1]))
    if (starts >= reach).all():
        return starts, ends
    kept: Mask = np.zeros(len(starts), dtype=np.bool_)
    until = -1
    for place, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if start >= until:
            kept[place], until = True, end
    return starts[kept], ends[kept]


def _in_order(first: Places, second: Places) -> Places:
    """Return the order by two numbers below 2^31, quickest where there are runs in it already."""
    return np.argsort(first << _BITS | second, kind="stable")


def _lines(content: bytes, ends: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the lines, or parts of long ones, that hold these places, each once."""
    until = -1
    for end in ends:
        if end <= until:
            continue
        first, until = max(end - _AROUND, 0), min(end + _AROUND, len(content))
        first = max(content.rfind(b"\n", first, end) + 1, first)
        newline = content.find(b"\n", end, until)
        until = newline if newline >= 0 else until
        while first < end and content[first] & 0xC0 == 0x80:
            first += 1
        while until < len(content) and content[until] & 0xC0 == 0x80:
            until += 1
        yield first, until


def _searched(pattern: Any, content: bytes, first: int, last: int) -> Iterator[tuple[int, int]]:
    line, place = content[first:last], 0
    while (found := pattern.search(line, place)) is not None:
        start, end = found.span(next((each for each in range(1, pattern.groups + 1) if found.start(each) >= 0), 0))
        if start < end:
            yield first + start, first + end
        # what follows a value may be what stands before the next one
        place = max(end, place + 1)
