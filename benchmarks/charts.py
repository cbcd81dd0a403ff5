"""Draws what was measured as SVG: bars with whiskers from the smallest to the largest round, and the goal as a line.

``python benchmarks/charts.py docs/performance/bench.json docs/performance`` draws the file anew. The charts follow the
reader's choice of light or dark, say in words what they show, and need no library.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

WIDTH, LABEL, VALUE = 980, 400, 150
ROW, HEAD, FOOT = 26, 46, 34
TALL = 20.0
"""From this factor between smallest and largest number on, the scale is logarithmic."""
LEGEND = "median; whiskers from the smallest to the largest round; orange: the goal"
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.quiet { fill: #59636e; font-size: 12px }
.axis { stroke: #d1d9e0 }
.bar { fill: #0969da }
.whisker { stroke: #1f2328; stroke-width: 1.5 }
.goal { stroke: #bc4c00; stroke-width: 2.5 }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc }
  .quiet { fill: #9198a1 }
  .axis { stroke: #3d444d }
  .bar { fill: #4493f8 }
  .whisker { stroke: #f0f6fc }
  .goal { stroke: #f0883e }
}
"""
CHARTS = {
    "http": ("HTTP", "Releases over HTTP"),
    "within": (("Within", "The log"), "Within one process"),
    "gdprbench": ("GDPRbench", "GDPRbench: time at the door and on PostgreSQL"),
    "space": ("Space", "Bytes of one user"),
}
"""Which comparisons each chart shows, by how their titles begin, and its title."""


class Bar(NamedTuple):
    """One ratio: the median, the smallest, the largest, and the goal where there is one."""

    label: str
    middle: float
    low: float
    high: float
    goal: float | None = None
    at_least: bool = True
    verdict: str = ""

    @property
    def said(self) -> str:
        """The ratio in words."""
        goal = "" if self.goal is None else f", wanted {'at least' if self.at_least else 'at most'} {self.goal:g}"
        told = f"{self.label}: {number(self.middle)} ({number(self.low)} to {number(self.high)}){goal}"
        return f"{told}: {self.verdict}" if self.verdict else told


def write_charts(measured: dict[str, Any], folder: Path) -> list[Path]:
    """Draw every chart that something was measured for; return the files."""
    charts = {
        name: (title, [bar_of(each) for each in measured["ratios"] if each["comparison"].startswith(prefixes)])
        for name, (prefixes, title) in CHARTS.items()
    }
    charts["import"] = ("Import: MiB of memory at most, in each tenth of the rows", list(memory(measured["sides"])))
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {folder / f"{name}.svg": draw(title, bars) for name, (title, bars) in charts.items() if bars}
    for path, chart in drawn.items():
        path.write_text(chart, encoding="utf-8")
    return list(drawn)


def memory(sides: dict[str, Any]) -> Iterable[Bar]:
    """Yield the peaks of an import's memory."""
    for title, measured in sides.items():
        if title.startswith("Import"):
            yield from (Bar(f"up to row {rows:,}", mib, mib, mib) for rows, mib in measured["peaks"])


def bar_of(ratio: dict[str, Any]) -> Bar:
    """Return the bar for a ratio of the JSON."""
    names = ("median", "min", "max", "goal", "at_least", "verdict")
    return Bar(ratio["name"], *(ratio[name] for name in names))


def draw(title: str, bars: Sequence[Bar]) -> str:
    """Return the chart."""
    numbers = [each for bar in bars for each in (bar.low, bar.high, bar.goal) if each]
    low, high, logarithmic = min(numbers), max(numbers), max(numbers) / min(numbers) > TALL
    scale = _logarithmic(low, high) if logarithmic else _linear(high)
    height = HEAD + ROW * len(bars) + FOOT
    said = escape("; ".join(bar.said for bar in bars))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(title)}</title><desc id="d">{said}.</desc><style>{STYLE}</style>',
        f'<text class="title" x="8" y="24">{escape(title)}</text>',
        *_ticks(low, high, scale, height, logarithmic=logarithmic),
        *(line for place, bar in enumerate(bars) for line in _row(bar, HEAD + ROW * place, scale)),
        f'<text class="quiet" x="8" y="{height - 10}">{LEGEND}{"; logarithmic scale" if logarithmic else ""}</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def number(value: float) -> str:
    """Return a number with three digits that matter."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(value)))}f}" if value > 0 else "0"


Scale = Callable[[float], float]
"""Where a number stands, in pixels from the left."""


def _linear(high: float) -> Scale:
    return lambda value: LABEL + (WIDTH - LABEL - VALUE) * value / high


def _logarithmic(low: float, high: float) -> Scale:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return lambda value: LABEL + (WIDTH - LABEL - VALUE) * (math.log10(max(value, 10**first)) - first) / (last - first)


def _ticks(low: float, high: float, scale: Scale, height: int, *, logarithmic: bool) -> Iterable[str]:
    if logarithmic:
        values = [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    else:
        step = 10 ** math.floor(math.log10(high))
        step = step / 5 if high / step < 2 else step / 2 if high / step < 5 else step
        values = [step * place for place in range(int(high / step) + 1)]
    for value in values:
        x = f"{scale(value):.1f}"
        yield f'<line class="axis" x1="{x}" x2="{x}" y1="{HEAD - 4}" y2="{height - FOOT}"/>'
        yield f'<text class="quiet" x="{x}" y="{HEAD - 8}" text-anchor="middle">{value:g}</text>'


def _row(bar: Bar, y: int, scale: Scale) -> Iterable[str]:
    left, right, middle = LABEL, scale(bar.middle), y + ROW / 2
    yield f"<g><title>{escape(bar.said)}</title>"
    yield f'<text x="{LABEL - 8}" y="{middle + 4}" text-anchor="end">{escape(_short(bar.label))}</text>'
    yield f'<rect class="bar" x="{left}" y="{y + 5}" width="{max(0.5, right - left):.1f}" height="{ROW - 10}"/>'
    a, b = f"{scale(bar.low):.1f}", f"{scale(bar.high):.1f}"
    upright = f"{y + 8}V{y + ROW - 8}"
    yield f'<path class="whisker" fill="none" d="M{a} {upright}M{a} {middle}H{b}M{b} {upright}"/>'
    if bar.goal is not None:
        x = f"{scale(bar.goal):.1f}"
        yield f'<line class="goal" x1="{x}" x2="{x}" y1="{y + 1}" y2="{y + ROW - 1}"/>'
    shown = f"{number(bar.middle)} {bar.verdict}".strip()
    yield f'<text x="{WIDTH - 8}" y="{middle + 4}" text-anchor="end">{shown}</text></g>'


def _short(label: str) -> str:
    return label if len(label) <= 54 else f"{label[:53]}…"


if __name__ == "__main__":
    for path in write_charts(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2])):
        print(path)
