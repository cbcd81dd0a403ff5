"""Counts what the cells of a column show, batch by batch, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from shouze.discovery.ages import basis_of, count_months
from shouze.discovery.checks import is_name
from shouze.discovery.finding import masked
from shouze.discovery.matching import Matcher, shapes_of
from shouze.discovery.text import SpanJudge

SHAPED = 2_000
"""Cells of a column whose shape is looked at; what the first pass finds is counted in all."""
_SENTENCE = "，。；！？"
_BETWEEN = " ,;\t"


@dataclass
class Tally:
    """What was counted in one column."""

    name: str
    type: str = ""
    comment: str = ""
    cells: int = 0
    filled: int = 0
    whole: Counter[int] = field(default_factory=Counter)
    """Detector to cells that are a valid value from end to end."""
    within: Counter[int] = field(default_factory=Counter)
    """Detector to values inside of longer cells."""
    sureness: Counter[int] = field(default_factory=Counter)
    """Detector to the sum of the confidences of those values, in hundredths."""
    shaped: Counter[int] = field(default_factory=Counter)
    tried: int = 0
    free: int = 0
    """Of the cells tried, those that are sentences rather than values."""
    samples: dict[int, str] = field(default_factory=dict)
    months: Counter[int] = field(default_factory=Counter)
    """Rows by month, where the column tells how old they are."""

    def share(self, detector: int) -> float:
        """Return which part of the filled cells is of this kind, by check or by shape."""
        counted = self.whole[detector] / self.filled if self.filled else 0.0
        return max(counted, self.shaped[detector] / self.tried if self.tried else 0.0)

    @property
    def is_text(self) -> bool:
        """Tell whether most cells are sentences."""
        return self.tried > 0 and self.free * 2 > self.tried


class Counting:
    """Counts for every column with one matcher."""

    def __init__(self, matcher: Matcher, judge: SpanJudge) -> None:
        """Compile the shapes of cells."""
        self._matcher, self._judge = matcher, judge
        self._detectors = matcher.detectors
        self._shaped = [number for number, each in enumerate(self._detectors) if each.cell]
        self._shapes = shapes_of([self._detectors[number] for number in self._shaped])

    def count(self, tally: Tally, cells: Sequence[str | None]) -> None:
        """Count one batch of cells."""
        filled = [cell.replace("\n", " ") for each in cells if each is not None and (cell := each.strip())]
        tally.cells += len(cells)
        tally.filled += len(filled)
        if not filled:
            return
        self._shape(tally, filled[: SHAPED - tally.tried] if tally.tried < SHAPED else [])
        if basis_of(tally.name, tally.comment):
            count_months(tally.months, filled)
        encoded = [cell.encode("utf-8", "replace") for cell in filled]
        content = b"\n".join(encoded)
        hits = self._matcher.hits(content)
        if not len(hits):
            return
        ends = np.cumsum(np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded)) + 1) - 1
        place = np.searchsorted(ends, hits.starts)
        begins = np.concatenate(([0], ends[:-1] + 1))[place]
        whole = (hits.starts == begins) & (hits.ends == ends[place])
        for number in np.unique(hits.detectors[whole]).tolist():
            chosen = whole & (hits.detectors == number)
            tally.whole[number] += int(chosen.sum())
            self._sample(tally, number, filled[int(place[chosen][0])])
        if not whole.all():
            self._count_within(tally, content, hits, whole)

    def _count_within(self, tally: Tally, content: bytes, hits: Any, whole: Any) -> None:
        inside = type(hits)(hits.detectors[~whole], hits.starts[~whole], hits.ends[~whole])
        for each in self._judge.judge(content, inside):
            tally.within[each.detector] += 1
            tally.sureness[each.detector] += round(each.confidence * 100)
            if each.detector not in tally.samples:
                self._sample(tally, each.detector, content[each.start : each.end].decode("utf-8", "replace"))

    def _shape(self, tally: Tally, cells: Sequence[str]) -> None:
        tally.tried += len(cells)
        tally.free += sum(_is_free(cell) for cell in cells)
        fitting: dict[int, list[str]] = {}
        for cell in cells:
            for place in self._shapes.Match(cell) or ():
                fitting.setdefault(self._shaped[place], []).append(cell)
        for number, found in fitting.items():
            kept = list(filter(is_name, found)) if self._detectors[number].check == "name" else found
            if kept:
                tally.shaped[number] += len(kept)
                self._sample(tally, number, kept[0])

    def _sample(self, tally: Tally, number: int, value: str) -> None:
        if number not in tally.samples:
            tally.samples[number] = masked(self._detectors[number], value)


def _is_free(cell: str) -> bool:
    """Tell whether a cell is a sentence: its stops, or three blanks or commas; a date or a name in Latin is none."""
    return len(cell) > 8 and (any(map(cell.count, _SENTENCE)) or sum(map(cell.count, _BETWEEN)) > 2)


def words_of(name: str) -> Iterator[str]:
    """Yield the words of a column's name: ``orderNo`` and ``order_no`` give order, no."""
    word = ""
    for character in name:
        if not character.isalnum() or (character.isupper() and word[-1:].islower()):
            if word:
                yield word.casefold()
            word = ""
        word += character if character.isalnum() else ""
    if word:
        yield word.casefold()
