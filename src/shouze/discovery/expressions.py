"""Writes patterns as Hyperscan searches them fastest: over bytes, with classes of Chinese characters taken apart.

Told that a text is UTF-8, Hyperscan searches plain ASCII much slower, and each database costs a pass of its own. A
pattern that names its Chinese characters is the same over bytes. A class of many at the edge of a pattern keeps
Hyperscan from its quick ways; there any byte of a character is searched, and which one it is is looked up afterwards.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal, NamedTuple

import numpy as np

from shouze.discovery.detector import Detector, alternatives, filled
from shouze.discovery.spans import Mask, Places

_TOKEN = re.compile(r"\\x[0-7][0-9A-Fa-f]|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)
_KNOWN = re.compile(r"\\(?:x[0-7][0-9A-Fa-f]|[bBdwstnrf]|[ -/:-@\[-`{-~])")
"""Escapes that mean the same over bytes."""
_RANGE = re.compile(r"[^\x00-\x7f]-.|.-[^\x00-\x7f]")
_HAN = r"[\p{Han}]"
_ANY_HAN = r"(?:[\xe2-\xf4][\x80-\xbf]{2,3})"
"""More than Chinese characters: enough for a trigger."""
_MANY = 8
_LED = re.compile(r"\\b(\[[^\]\\^]+\])\+([@#&=/:;~!])(.*)", re.DOTALL)
_WORD = frozenset(string.ascii_letters + string.digits + "_")
_RUN = 32
"""Bytes before a mark that are looked at first: as many as the bits of a number."""
_NOBODY = -1
_CHARACTER = 3
"""Bytes of a Chinese character."""


class Edge(NamedTuple):
    """What stands at an edge: one of these characters ``first`` or ``last``, or a ``run`` of them before it."""

    kind: Literal["first", "last", "run"]
    characters: frozenset[str]


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
        if starts and (led := _led(part)) is not None:
            yield Expression(led[1].encode(), number, starts, wide=False, edge=Edge("run", led[0]))
        elif part.isascii() and not detector.unicode:
            yield Expression(part.encode(), number, starts, wide=False)
        elif plain is None:
            yield Expression(part.encode(), number, starts, wide=True)
        elif starts and (edge := _edge(tokens[0])) is not None and _only_there(tokens):
            rest = over_bytes("".join(tokens[1:]), trigger=False)
            yield Expression(rf"[\x80-\xbf]{rest}".encode(), number, starts, wide=False, edge=Edge("first", edge))
        elif not starts and (edge := _edge(tokens[-1])) is not None and any(map(str.isalnum, tokens[:-1])):
            rest = over_bytes("".join(tokens[:-1]), trigger=True)
            yield Expression(rf"{rest}[\xe2-\xef]".encode(), number, starts, wide=False, edge=Edge("last", edge))
        else:
            yield Expression(plain.encode(), number, starts, wide=False)


def over_bytes(pattern: str, *, trigger: bool) -> str | None:
    """Return the same pattern over the bytes of UTF-8, for a trigger a little wider; None where it needs characters."""
    if "(?i" in pattern and any(each.lower() != each.upper() for each in pattern if not each.isascii()):
        return None
    parts = []
    for each in _TOKEN.findall(pattern):
        if each == _HAN and trigger:
            parts.append(_ANY_HAN)
        elif each == "." or (each[0] == "\\" and not _KNOWN.fullmatch(each)):
            return None
        elif each[0] == "[":
            found = _class(each[1:-1])
            if found is None:
                return None
            parts.append(found)
        else:
            parts.append(each if each.isascii() else f"(?:{each})")
    return "".join(parts)


def _class(body: str) -> str | None:
    """Return a class with its Chinese characters as alternatives."""
    escapes = [each for each in _TOKEN.findall(body) if each[0] == "\\"]
    if "^" in body or "[:" in body or _RANGE.search(body) or not all(map(_KNOWN.fullmatch, escapes)):
        return None
    narrow = "".join(each for each in body if each.isascii())
    wide = [each for each in body if not each.isascii()]
    return f"(?:{'|'.join([*wide, f'[{narrow}]'] if narrow else wide)})" if wide else f"[{narrow}]"


def _edge(token: str) -> frozenset[str] | None:
    """Return the characters of a class of many of three bytes each."""
    body = token[1:-1]
    if token[0] != "[" or len(body) < _MANY or any(len(each.encode()) != _CHARACTER for each in body):
        return None
    return frozenset(body)


def _led(pattern: str) -> tuple[frozenset[str], str] | None:
    """Return the characters of a run with all of a word's that a pattern begins with, and the rest from its mark on.

    Where no other such mark may follow, a match begins where the run does: Hyperscan, slow at that, need not tell it.
    """
    found = _LED.fullmatch(pattern)
    if found is None or not pattern.isascii():
        return None
    run, mark, rest = found.groups()
    among = frozenset(each for each in map(chr, range(128)) if re.fullmatch(run, each))
    after = re.sub(r"\\[bdw.]", "", rest)
    classes = re.findall(r"\[[^\]]*\]", after)
    outside = re.sub(r"\[[^\]]*\]", "", after)
    free = not any(each in outside for each in ("\\", ".", mark)) and not any(
        re.fullmatch(each, mark) for each in classes
    )
    return (among, mark + rest) if among >= _WORD and mark not in among and free else None


def _only_there(tokens: list[str]) -> bool:
    """Tell whether the characters of the first class stand nowhere else, so that no match begins within another."""
    rest = "".join(tokens[1:])
    return rest[:1] not in {"", "*", "+", "?", "{"} and set(tokens[0][1:-1]).isdisjoint(rest)


def with_edges(table: Places, content: bytes, edges: Mapping[int, tuple[int, Edge]]) -> Places:
    """Return rows (number, start, end) with those of edges widened to what stands there, or left out without it."""
    for number, (detector, edge) in edges.items():
        chosen = np.flatnonzero(table[:, 0] == number)
        if not len(chosen):
            continue
        if edge.kind == "run":
            table[chosen, 1] = _begun(content, table[chosen, 1], edge.characters)
            holds = table[chosen, 1] >= 0
        elif edge.kind == "first":
            table[chosen, 1] -= _CHARACTER - 1
            holds = _stands(content, table[chosen, 1], edge.characters)
        else:
            holds = _stands(content, table[chosen, 2] - 1, edge.characters)
            table[chosen, 2] += _CHARACTER - 1
        table[chosen, 0] = np.where(holds, detector, _NOBODY)
    somebody = table[:, 0] != _NOBODY
    return table if somebody.all() else table.T.compress(somebody, axis=1).T


def _stands(content: bytes, places: Places, characters: frozenset[str]) -> Mask:
    """Return at which places one of the characters stands."""
    text = np.frombuffer(content, dtype=np.uint8)
    point = np.zeros(len(places), dtype=np.int64)
    for place, bits in enumerate((0x0F, 0x3F, 0x3F)):
        point = point << 6 | (text[np.clip(places + place, 0, len(text) - 1)] & bits)
    of_three = text[np.clip(places, 0, len(text) - 1)] & 0xF0 == 0xE0
    found: Mask = _points(characters)[point] & of_three & (places >= 0)
    return found


@cache
def _points(characters: frozenset[str]) -> Mask:
    """Return for each code point of up to three bytes whether it is one of these."""
    points: Mask = np.zeros(0x10000, dtype=np.bool_)
    points[list(map(ord, characters))] = True
    return points


def _begun(content: bytes, places: Places, characters: frozenset[str]) -> Places:
    """Return where the word begins that leads up to each place, -1 where there is none; each is looked at once."""
    known, which = np.unique(places, return_inverse=True)
    begun = np.full(len(known), -1, dtype=np.int64)
    near = np.flatnonzero(known >= _RUN)
    if len(near):
        before = np.ndarray(len(content) - _RUN + 1, f"V{_RUN}", content, strides=(1,))[known[near] - _RUN]
        beyond = np.packbits(~_points(characters)[before.view(np.uint8)], bitorder="little").view("<u4")
        length = _RUN - np.frexp(beyond.astype(np.float64))[1]  # to the last that is set
        first = np.frombuffer(content, dtype=np.uint8)[known[near] - length]
        plain = (beyond > 0) & (length > 0) & _points(_WORD)[first]
        begun[near[plain]] = (known[near] - length)[plain]
    for odd in np.flatnonzero(begun < 0).tolist():
        begun[odd] = _word_before(content, int(known[odd]), characters)
    return begun[which]


def _word_before(content: bytes, place: int, characters: frozenset[str]) -> int:
    among = "".join(characters).encode()
    marks = "".join(characters - _WORD).encode()
    width = _RUN
    while (run := content[max(place - width, 0) : place]) and not run.rstrip(among) and width < place:
        width *= 8
    word = run[len(run.rstrip(among)) :].lstrip(marks)
    return place - len(word) if word else -1
