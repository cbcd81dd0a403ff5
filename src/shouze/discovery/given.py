"""Where Chinese names may stand: a surname, characters of given names, and a border on either side.

As an expression of classes Hyperscan compiles it for a minute; as a table of characters it costs a pass over the
Chinese ones alone. It tells places only: the pattern of names decides.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from shouze.discovery.lexicon import lexicon
from shouze.discovery.spans import Bytes, Places

_SURNAME, _GIVEN, _ALONE, _ENDS, _BEGINS, _FIRST, _LAST = 1, 2, 4, 8, 16, 32, 64
_WIDTH = 3
"""Bytes of a Chinese character."""
_BLOCK, _BEYOND = 1 << 16, 5 * _WIDTH
"""Bytes that are looked at in one go, so that they stay near the processor, and behind them what a name takes."""
_LEADS = (0xE4, 0xE9)
"""First bytes of Chinese characters."""


def ends_of_names(text: Bytes) -> Places:
    """Return where the second character of what may be a name ends, in bytes."""
    parts = [_ends(text[first : first + _BLOCK + _BEYOND]) + first for first in range(0, len(text), _BLOCK)]
    return np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.int64)


def _ends(text: Bytes) -> Places:
    places = np.flatnonzero((text >= _LEADS[0]) & (text <= _LEADS[1]))
    places = places[: np.searchsorted(places, len(text) - _WIDTH, side="right")]
    behind = np.full(3, len(text) + _WIDTH)
    places = np.concatenate((places, behind + 10 * np.arange(3)))  # nothing is joined to these
    marks = np.concatenate((_marks()[_points(text)[places[:-3]]], np.zeros(3, dtype=np.uint8)))
    first = np.flatnonzero(marks & _SURNAME)
    first = first[places[first + 1] - places[first] == _WIDTH]
    at, one, two, three = places[first], marks[first + 1], marks[first + 2], marks[first + 3]
    longer, longest = places[first + 2] - at == 2 * _WIDTH, places[first + 3] - at == 3 * _WIDTH
    opened = (first == 0) | (at - places[first - 1] != _WIDTH) | (marks[first - 1] & _ENDS > 0)
    short = (one & _ALONE > 0) & opened & (~longer | (two & _BEGINS > 0))
    given = (one & _GIVEN > 0) & longer & (two & _GIVEN > 0)
    # after a surname of two characters one more is a name with either border, as two are
    compound = (marks[first] & _LAST > 0) & (marks[first - 1] & _FIRST > 0) & (at - places[first - 1] == _WIDTH)
    short |= compound & (one & _GIVEN > 0)
    found: Places = at[short | (given & (opened | ~longest | (three & _BEGINS > 0)))] + 2 * _WIDTH
    return found


def _points(text: Bytes) -> NDArray[np.uint16]:
    """Return the code point that begins at each byte, were it the first of three."""
    wide = text.astype(np.uint16)
    found = (wide[:-2] & 0x0F) << 12 | (wide[1:-1] & 0x3F) << 6 | wide[2:] & 0x3F
    return found.astype(np.uint16, copy=False)


@cache
def _marks() -> NDArray[np.uint8]:
    """Return for each code point what it may be in a name or beside it; compound surnames by their last character."""
    known = lexicon()
    marks = np.zeros(0x10000, dtype=np.uint8)
    surnames = known.surnames | {each[-1] for each in known.compounds}
    for mark, characters in ((_SURNAME, surnames), (_GIVEN, known.given), (_ALONE, known.given_alone),
                             (_ENDS, known.before | {each[0] for each in known.compounds}),
                             (_BEGINS, known.after), (_FIRST, {each[0] for each in known.compounds}),
                             (_LAST, {each[-1] for each in known.compounds})):  # fmt: skip
        marks[list(map(ord, characters))] |= mark
    return marks
