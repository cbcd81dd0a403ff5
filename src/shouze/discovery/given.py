"""Where Chinese names may stand: a surname, characters of given names, and a border on either side.

As an expression of classes Hyperscan compiles it for a minute; as a table of characters it costs a pass over the
Chinese ones alone. It tells places only: the pattern of names decides.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from shouze.discovery.lexicon import lexicon
from shouze.discovery.spans import Bytes, Mask, Places

_SURNAME, _GIVEN, _ALONE, _ENDS, _BEGINS = 1, 2, 4, 8, 16
_WIDTH = 3
"""Bytes of a Chinese character."""
_LEADS = (0xE4, 0xE9)
"""First bytes of Chinese characters."""


def ends_of_names(text: Bytes) -> Places:
    """Return where the second character of what may be a name ends, in bytes."""
    places = np.flatnonzero((text >= _LEADS[0]) & (text <= _LEADS[1]))
    places = places[places + _WIDTH <= len(text)]
    if len(places) < 2:  # noqa: PLR2004 - a surname and a character
        return places[:0]
    marks = _marks()[_points(text, places)]
    joined = np.concatenate((np.diff(places) == _WIDTH, [False]))  # to the next one
    after_a_border = np.concatenate(([True], ~joined[:-1] | (marks[:-1] & _ENDS > 0)))
    ended = _later(joined, 1, missing=False)
    opens = _later(marks & _BEGINS > 0, 2, missing=True)
    short = joined & (_later(marks & _ALONE > 0, 1, missing=False)) & (~ended | opens)
    given = marks & _GIVEN > 0
    closed = ~_later(joined, 2, missing=False) | _later(marks & _BEGINS > 0, 3, missing=True)
    long = joined & ended & _later(given, 1, missing=False) & _later(given, 2, missing=False) & closed
    found: Places = places[(marks & _SURNAME > 0) & after_a_border & (short | long)] + 2 * _WIDTH
    return found


def _later(mask: Mask, steps: int, *, missing: bool) -> Mask:
    """Return what holds so many characters later."""
    found = np.full(len(mask), missing)
    found[: max(len(mask) - steps, 0)] = mask[steps:]
    return found


def _points(text: Bytes, places: Places) -> Places:
    """Return the code points that stand at these places."""
    first, second, third = (text[places + each].astype(np.int64) for each in range(_WIDTH))
    return (first & 0x0F) << 12 | (second & 0x3F) << 6 | (third & 0x3F)


@cache
def _marks() -> NDArray[np.uint8]:
    """Return for each code point what it may be in a name or beside it; compound surnames by their last character."""
    known = lexicon()
    marks = np.zeros(0x10000, dtype=np.uint8)
    surnames = known.surnames | {each[-1] for each in known.compounds}
    for mark, characters in ((_SURNAME, surnames), (_GIVEN, known.given), (_ALONE, known.given_alone),
                             (_ENDS, known.before | {each[0] for each in known.compounds}),
                             (_BEGINS, known.after)):  # fmt: skip
        marks[list(map(ord, characters))] |= mark
    return marks
