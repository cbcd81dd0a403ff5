"""The duty wheel as a drawing: a ring of articles around which each duty is a sector; places and paths, no colours.

Sectors are alike in size, grouped by article with a gap between groups; angles grow clockwise from the top.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

SIZE = 600
MIDDLE = SIZE / 2
GAP = 1.4
"""Degrees between two articles."""
_ARTICLES, _DUTIES = (132.0, 182.0), (186.0, 292.0)
"""Inner and outer radius of the two rings."""


class Spoke(NamedTuple):
    """One duty to be drawn: its id, article without paragraph, and state."""

    duty: str
    article: str
    state: str


@dataclass(frozen=True)
class Sector:
    """A sector: the path that draws it, and the place and turn of its mark."""

    name: str
    state: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Wheel:
    """The sectors of duties, and of the articles they belong to, each in the worst state of its duties."""

    duties: tuple[Sector, ...]
    articles: tuple[Sector, ...]


def drawn(spokes: Sequence[Spoke], worst: Sequence[str]) -> Wheel:
    """Draw the wheel; ``worst`` are the states, the worst first."""
    groups = [(article, list(each)) for article, each in groupby(spokes, lambda spoke: spoke.article)]
    if not groups:
        return Wheel((), ())
    step = (360 - GAP * len(groups)) / len(spokes)
    duties, articles, angle = list[Sector](), list[Sector](), 0.0
    for article, each in groups:
        state = min((spoke.state for spoke in each), key=worst.index)
        articles.append(_sector(article, state, angle, angle + step * len(each), _ARTICLES))
        for spoke in each:
            duties.append(_sector(spoke.duty, spoke.state, angle, angle + step, _DUTIES))
            angle += step
        angle += GAP
    return Wheel(tuple(duties), tuple(articles))


def _sector(name: str, state: str, begin: float, end: float, radii: tuple[float, float]) -> Sector:
    inner, outer = radii
    large = int(end - begin > 180)
    a, b, c, d = _at(outer, begin), _at(outer, end), _at(inner, end), _at(inner, begin)
    path = f"M{a}A{outer:g} {outer:g} 0 {large} 1 {b}L{c}A{inner:g} {inner:g} 0 {large} 0 {d}Z"
    x, y = _point((inner + outer) / 2, (begin + end) / 2)
    return Sector(name, state, path, round(x, 1), round(y, 1))


def _at(radius: float, degrees: float) -> str:
    x, y = _point(radius, degrees)
    return f"{x:.1f} {y:.1f}"


def _point(radius: float, degrees: float) -> tuple[float, float]:
    turn = math.radians(degrees)
    return MIDDLE + radius * math.sin(turn), MIDDLE - radius * math.cos(turn)
