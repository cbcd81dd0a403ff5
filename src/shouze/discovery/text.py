"""Judges values in text, span by span: a kind's own score, raised or lowered by the nearest word before it.

* A word of ``context`` nearest before the value on its line, or just after it, takes half of what is missing to 1.
* A word of ``against`` nearest before it, with no other clause begun since, leaves two fifths.
* Where two kinds claim the same characters, the surer one has them, of equals the longer one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from shouze.discovery.finding import raised
from shouze.discovery.matching import Hits, Matcher, words_in

_BEFORE, _AFTER = 60, 24
_RAISED, _LOWERED = 0.5, 0.4
_CLAUSE = re.compile("(?:[，。；！？】（、|\\t]|[,;] |\\()\\W*[^\\W\\d_]")
"""A mark that ends what a word was said of, and a letter after it: a value of something else follows."""
_OPENING = (b"(", "（".encode(), b" ")


class Judged(NamedTuple):
    """A value in a content, in bytes: which detector, from where to where, how sure, and what said so (+, - or 0)."""

    detector: int
    start: int
    end: int
    confidence: float
    word: int


class SpanJudge:
    """Judges what a matcher found; one for each process."""

    def __init__(self, matcher: Matcher, at_least: float) -> None:
        """Compile the words; ``at_least`` is the least confidence that is kept."""
        self._at_least = at_least
        self._alone = [each.alone for each in matcher.detectors]
        self._holds = [each.holds for each in matcher.detectors]
        self._words = [(words_in(each, each.context), words_in(each, each.against)) for each in matcher.detectors]

    def judge(self, content: bytes, hits: Hits) -> list[Judged]:
        """Return what is kept, in the order of the content, without overlaps."""
        judged = [
            self._one(content, number, start, end)
            for number, start, end in zip(
                hits.detectors.tolist(), hits.starts.tolist(), hits.ends.tolist(), strict=True
            )
        ]
        sure = [each for each in judged if each.confidence >= self._at_least]
        holding = [each for each in sure if self._holds[each.detector]]
        kept = _without_overlaps([each for each in sure if not self._holds[each.detector]])
        return sorted(kept + holding, key=lambda each: each.start) if holding else kept

    def _one(self, content: bytes, number: int, start: int, end: int) -> Judged:
        score, (context, against) = self._alone[number], self._words[number]
        if context is None and against is None:
            return Judged(number, start, end, score, 0)
        begun = max(start - _BEFORE, 0)
        begun = max(content.rfind(b"\n", begun, start) + 1, begun)
        before = content[begun:start]
        spoken, denied = _last(context, before), _last(against, before)
        if denied > spoken and not _CLAUSE.search(before[denied:].decode(errors="replace")):
            return Judged(number, start, end, score * _LOWERED, -1)
        if spoken >= 0 or _follows(context, content, end):
            return Judged(number, start, end, raised(score, _RAISED), 1)
        return Judged(number, start, end, score, 0)


def _last(words: Any, text: bytes) -> int:
    """Return where the last of the words ends, -1 where there is none."""
    if words is None:
        return -1
    place = -1
    for found in words.finditer(text):
        place = found.end()
    return place


def _follows(words: Any, content: bytes, end: int) -> bool:
    if words is None or not content.startswith(_OPENING, end):
        return False
    return words.search(content[end : end + _AFTER].partition(b"\n")[0]) is not None


def _without_overlaps(judged: Sequence[Judged]) -> list[Judged]:
    kept: list[Judged] = []
    for each in judged:
        if kept and each.start < kept[-1].end:
            last = kept[-1]
            better = (each.confidence, each.end - each.start) > (last.confidence, last.end - last.start)
            if better:
                kept[-1] = each
        else:
            kept.append(each)
    return kept
