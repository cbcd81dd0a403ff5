"""Candidates in a content as arrays of bytes, which checks work on without Python for each value."""

from __future__ import annotations

from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]
Values = NDArray[np.int8]
"""Digits, or the like, -1 for what is none."""

WIDEST = 64
"""Bytes of a candidate that are looked at at most."""
_NO_DIGIT = np.uint8(255)


class Padded:
    """A content with room behind the last of its candidates, made once for all checks."""

    def __init__(self, content: bytes, last: int | None = None) -> None:
        """Take a content whose candidates end at ``last`` at most; it is copied only where it has no room behind."""
        self.content = content
        self._last = len(content) if last is None else last

    @cached_property
    def bytes(self) -> Bytes:
        """The content with two bytes or more behind the last candidate."""
        has_room = self._last + 2 <= len(self.content) and len(self.content) >= WIDEST
        return np.frombuffer(self.content if has_room else self.content + b"\0" * WIDEST, dtype=np.uint8)

    def rows(self, places: Places, width: int) -> NDArray[np.void]:
        """Return ``width`` bytes from each place on, zero behind the content."""
        content = self.bytes
        most = len(content) - width
        found = _rows(content, width)[np.minimum(places, most)]
        late = np.flatnonzero(places > most)
        if len(late):
            tail = np.concatenate((content[most:], np.zeros(width, dtype=np.uint8)))
            found[late] = _rows(tail, width)[places[late] - most]
        return found


def _rows(content: Bytes, width: int) -> NDArray[np.void]:
    """Return ``width`` bytes from each place on, without copying them."""
    return np.ndarray(len(content) - width + 1, f"V{width}", content, strides=(1,))


class Spans:
    """Candidates in a content: ``starts`` and ``ends`` in bytes, and the day until which dates may lie."""

    def __init__(self, padded: Padded, starts: Places, ends: Places, today: date) -> None:
        self.content, self.starts, self.ends, self.today = padded.content, starts, ends, today
        self._padded = padded

    @property
    def bytes(self) -> Bytes:
        """The content with room behind it."""
        return self._padded.bytes

    def window(self, width: int) -> Bytes:
        """Return the first ``width`` bytes of each candidate, zero beyond its end: shape (candidates, width)."""
        found: Bytes = self._padded.rows(self.starts, width).view(np.uint8).reshape(-1, width)
        lengths = np.minimum(self.ends - self.starts, width).astype(np.uint8)
        found *= (np.arange(width, dtype=np.uint8) < lengths[:, None]).view(np.uint8)
        return found

    def digits(self, width: int = 24) -> Values:
        """Return the digits of each candidate from the left, -1 after the last: whatever stands between is gone."""
        window = self.window(width)
        digits = window - np.uint8(ord("0"))
        values: Values = np.where(digits < 10, digits, _NO_DIGIT).view(np.int8)
        marks = (window > 0) & (values < 0)
        if marks.any():
            broken = np.flatnonzero(marks.any(axis=1))
            values[broken] = _closed_up(values[broken])
        return values

    def texts(self) -> list[str]:
        """Return the candidates as text."""
        pairs = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return [self.content[start:end].decode("utf-8", "replace") for start, end in pairs]


def _closed_up(values: Values) -> Values:
    """Return each row's digits without what stands between."""
    places = np.flatnonzero(values >= 0)
    rows = places // values.shape[1]
    counts = np.bincount(rows, minlength=len(values))
    found = np.full_like(values, -1)
    found[rows, np.arange(len(places)) - (np.cumsum(counts) - counts)[rows]] = values.reshape(-1)[places]
    return found
