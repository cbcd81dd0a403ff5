"""Writes patterns as Hyperscan searches them fastest: over bytes, with classes of Chinese characters taken apart.

Told that a text is UTF-8, Hyperscan searches plain ASCII much slower, and each database costs a pass of its own. A pattern
that names its Chinese characters is the same over bytes. A class of many at the edge of a pattern keeps Hyperscan from its
quick ways; there any byte of a character is searched, and which character it is is looked up afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np

from shouze.discovery.checks import Mask, Places
from shouze.discovery.detector import Detector, alternatives, filled

_TOKEN = re.compile(r"\\x[0-7][0-9A-Fa-f]|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_KNOWN = re.compile(r"\\(?:x[0-7][0-9A-Fa-f]|[bBdwstnrf]|[^\w])")
"""Escapes that mean the same over bytes."""
_RANGE = re.compile(r"[^\x00-\x7f]-.|.-[^\x00-\x7f]")
_HAN = r"[\p{Han}]"
_ANY_HAN = r"(?:[\xe2-\xf4][\x80-\xbf]{2,3})"
"""More than Chinese characters: enough for a trigger."""
_MANY = 8
_NOBODY = -1
_CHARACTER = 3
"""Bytes of a Chinese character."""


class Edge(NamedTuple):
    """One of these characters has to stand at the beginning, or at the end, of what was found."""

    first: bool
    points: frozenset[int]

    @property
    def characters(self) -> Mask:
        """Tell for each code point of up to three bytes whether it is one of them."""
        return _mask(self.points)


@cache
def _mask(points: frozenset[int]) -> Mask:
    mask: Mask = np.zeros(0x10000, dtype=np.bool_)
    mask[list(points)] = True
    return mask


class Expression(NamedTuple):
    """One expression for Hyperscan; ``starts``: where a match begins is asked for; ``wide``: it needs UTF-8."""

    expression: bytes
    detector: int
    starts: bool
    wide: bool
    edge: Edge | None = None


def expressions_of(number: int, detector: Detector, patterns: Mapping[str, str]) -> Iterator[Expression]:
    """Yield what a detector's trigger or pattern is searched by."""
    starts = not detector.by_line
    for part in alternatives(filled(detector.trigger or detector.pattern or "", patterns)):
        tokens = _TOKEN.findall(part)
        plain = over_bytes(part, trigger=not starts)
        if part.isascii() and not detector.unicode:
            yield Expression(part.encode(), number, starts, wide=False)
        elif plain is None:
            yield Expression(part.encode(), number, starts, wide=True)
        elif starts and (edge := _edge(tokens[0])) is not None and _only_there(tokens):
            rest = over_bytes("".join(tokens[1:]), trigger=False)
            yield Expression(rf"[\x80-\xbf]{rest}".encode(), number, starts, wide=False, edge=Edge(True, edge))
        elif not starts and (edge := _edge(tokens[-1])) is not None:
            rest = over_bytes("".join(tokens[:-1]), trigger=True)
            yield Expression(rf"{rest}[\xe2-\xef]".encode(), number, starts, wide=False, edge=Edge(False, edge))
        else:
            yield Expression(plain.encode(), number, starts, wide=False)


def over_bytes(pattern: str, *, trigger: bool) -> str | None:
    """Return the same pattern over the bytes of UTF-8, for a trigger a little wider; None where it needs characters."""
    if "(?i" in pattern and any(each.lower() != each.upper() for each in pattern if not each.isascii()):
        return None
    parts = []
    for token in _TOKEN.findall(pattern):
        if token == _HAN and trigger:
            parts.append(_ANY_HAN)
        elif token == "." or (token[0] == "\\" and not _KNOWN.fullmatch(token)):
            return None
        elif token[0] == "[":
            found = _class(token[1:-1])
            if found is None:
                return None
            parts.append(found)
        else:
            parts.append(token if token.isascii() else f"(?:{token})")
    return "".join(parts)


def _class(body: str) -> str | None:
    """Return a class with its Chinese characters as alternatives."""
    escapes = [each for each in _TOKEN.findall(body) if each[0] == "\\"]
    if body.startswith("^") or "[:" in body or _RANGE.search(body) or not all(map(_KNOWN.fullmatch, escapes)):
        return None
    narrow = "".join(each for each in body if each.isascii())
    wide = [each for each in body if not each.isascii()]
    return f"(?:{'|'.join([*wide, f'[{narrow}]'] if narrow else wide)})" if wide else f"[{narrow}]"


def _edge(token: str) -> frozenset[int] | None:
    """Return the characters of a class of many of three bytes each."""
    body = token[1:-1]
    if token[0] != "[" or len(body) < _MANY or any(len(each.encode()) != _CHARACTER for each in body):
        return None
    return frozenset(map(ord, body))


def _only_there(tokens: list[str]) -> bool:
    """Tell whether the characters of the first class stand nowhere else, so that no match begins within another."""
    rest = "".join(tokens[1:])
    return rest[:1] not in {"", "*", "+", "?", "{"} and set(tokens[0][1:-1]).isdisjoint(rest)


def with_edges(table: Places, content: bytes, edges: Mapping[int, tuple[int, Edge]]) -> Places:
    """Return rows (number, start, end) with those of edges widened to the whole character, where it is one of theirs."""
    text = np.frombuffer(content, dtype=np.uint8)
    for number, (detector, edge) in edges.items():
        chosen = np.flatnonzero(table[:, 0] == number)
        if not len(chosen):
            continue
        first = table[chosen, 1] - (_CHARACTER - 1) if edge.first else table[chosen, 2] - 1
        point = np.zeros(len(chosen), dtype=np.int64)
        for place, bits in enumerate((0x0F, 0x3F, 0x3F)):
            point = point << 6 | (text[np.clip(first + place, 0, len(text) - 1)] & bits)
        table[chosen, 1 if edge.first else 2] += 1 - _CHARACTER if edge.first else _CHARACTER - 1
        table[chosen, 0] = np.where(edge.characters[point] & (first >= 0), detector, _NOBODY)
    return table[table[:, 0] != _NOBODY] if edges else table
