"""Marks what is exported, so that a leaked piece of it names its request, and with it the exporter.

Three marks, each keyed by the installation's key ring, so that nobody without it reads, makes or imitates them:

* the column ``mark`` of every row: request, number of the row, and a short MAC over both;
* 40 bits of the request's code in zero-width characters, after the first character of every value that is prose;
* the order of the rows within a part: by a keyed hash of the value in the leading column.

# Invariant: telephone numbers, dates and whatever else a program reads letter by letter stay as they are held.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise

from shouze.vault.framing import frame
from shouze.vault.keys import KeyRing

COLUMN = "mark"
BITS = 40
_SIGNS = "\u200b\u200c\u200d\u2060"
"""Zero-width space, non-joiner, joiner, word joiner: two bits each."""
_VALUE = {sign: number for number, sign in enumerate(_SIGNS)}
_HIDDEN = re.compile(f"[{_SIGNS}]{{{BITS // 2}}}")
_ANY_SIGN = re.compile(f"[{_SIGNS}]")
_MARK = re.compile(r"\b([0-9a-z]{26})\.([0-9]{1,10})\.([a-z2-7]{8})\b")
_PROSE = re.compile(r"[^\x00-\u02ff]|[A-Za-z] [A-Za-z]")
_LABEL = b"shouze/bulk-mark/1"
LEAST = 12
"""Rows from which on their order can name a request: by chance so few fall right once in 10^6 or less."""


class Marker:
    """The marks of one request."""

    def __init__(self, ring: KeyRing, request: str) -> None:
        self.request = request
        self._key = ring.lookup_mac(frame(_LABEL, request))
        self.code = self._mac(b"code")[: BITS // 8]
        self._hidden = "".join(_SIGNS[self.code[n // 4] >> 2 * (n % 4) & 3] for n in range(BITS // 2))

    def row(self, number: int) -> str:
        """Return the visible mark of a row."""
        return f"{self.request}.{number}.{self._short(number)}"

    def is_row(self, number: int, mac: str) -> bool:
        """Tell whether a visible mark is this request's."""
        return hmac.compare_digest(self._short(number), mac)

    def hidden_in(self, value: str) -> str:
        """Return the value with the code in it where it is prose, else as it is."""
        return f"{value[0]}{self._hidden}{value[1:]}" if _PROSE.search(value) else value

    def in_order(self, rows: Iterable[Mapping[str, str]], lead: str) -> list[Mapping[str, str]]:
        """Return rows in the order that marks them; ``lead`` is the leading column."""
        return sorted(rows, key=lambda row: self.rank(row.get(lead, "")))

    def rank(self, value: str) -> bytes:
        """Return the place of a value in the order."""
        return self._mac(b"order" + value.encode())

    def _short(self, number: int) -> str:
        return base64.b32encode(self._mac(f"row {number}".encode())[:5]).decode().lower()

    def _mac(self, message: bytes) -> bytes:
        return hmac.digest(self._key, message, sha256)


def visible(text: str) -> list[tuple[str, int, str]]:
    """Return the visible marks in a text: request, row, MAC."""
    return [(request, int(number), mac) for request, number, mac in _MARK.findall(text)]


def hidden(text: str) -> set[bytes]:
    """Return the codes that stand in a text in zero-width characters."""
    return {_code(found) for found in _HIDDEN.findall(text)}


def plain(text: str) -> str:
    """Return the text without zero-width characters."""
    return _ANY_SIGN.sub("", text)


def ordered(marker: Marker, column: Sequence[str]) -> bool:
    """Tell whether the values stand in this request's order, but for the seam of two parts."""
    ranks = [marker.rank(value) for value in dict.fromkeys(column) if value]
    falls = sum(after < before for before, after in pairwise(ranks))
    return len(ranks) >= LEAST and falls <= len(ranks) // 500 + (len(ranks) >= 20)


def _code(signs: str) -> bytes:
    values = [_VALUE[sign] for sign in signs]
    return bytes(sum(values[n + k] << 2 * k for k in range(4)) for n in range(0, len(values), 4))
