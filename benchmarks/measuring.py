"""Runs the sides of a comparison in turns, and compares them round by round."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple


class Sample(NamedTuple):
    """What one side did in one round: how many a second, and what else was measured beside that.

    ``cpu``: microseconds that its process spent on each one. ``p50``, ``p99``: milliseconds that half and 99 % of the
    answers stayed within.
    """

    per_second: float
    cpu: float | None = None
    p50: float | None = None
    p99: float | None = None


@dataclass
class Comparison:
    """The samples of every side, round by round: samples of one round were taken one right after the other."""

    title: str
    sides: dict[str, list[Sample]] = field(default_factory=dict)


class Ratio(NamedTuple):
    """One quantity of one side divided by that of another; ``at_least`` tells which way the goal points."""

    name: str
    side: str
    against: str
    quantity: str = "per_second"
    goal: float | None = None
    at_least: bool = True


class Result(NamedTuple):
    """The median of a ratio's rounds, and the smallest and the largest."""

    ratio: Ratio
    middle: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """Return whether the median meets the goal, where there is one."""
        if self.ratio.goal is None:
            return ""
        met = self.middle >= self.ratio.goal if self.ratio.at_least else self.middle <= self.ratio.goal
        return "reached" if met else "not reached"


async def take_turns(title: str, sides: Mapping[str, Callable[[], Awaitable[Sample]]], rounds: int) -> Comparison:
    """Run every side once a round, A B A B …; every second round runs backwards."""
    comparison = Comparison(title, {name: [] for name in sides})
    for number in range(rounds):
        for name in list(sides)[:: 1 if number % 2 == 0 else -1]:
            comparison.sides[name].append(await sides[name]())
    return comparison


def compare(comparison: Comparison, ratios: Sequence[Ratio]) -> list[Result]:
    """Return each ratio over the rounds."""
    results = []
    for ratio in ratios:
        pairs = zip(comparison.sides[ratio.side], comparison.sides[ratio.against], strict=True)
        rounds = [getattr(one, ratio.quantity) / getattr(other, ratio.quantity) for one, other in pairs]
        results.append(Result(ratio, median(rounds), min(rounds), max(rounds)))
    return results


def write_sides(comparison: Comparison) -> str:
    """Return the medians of every side as lines of text."""
    lines = [comparison.title]
    for name, samples in comparison.sides.items():
        line = f"  {name:<44}{_spread([each.per_second for each in samples], '/s')}"
        if samples[0].cpu is not None:
            line += f"   cpu {median(each.cpu or 0 for each in samples):,.0f} us"
        if samples[0].p50 is not None:
            line += f"   p50 {median(each.p50 or 0 for each in samples):.1f} ms"
            line += f"   p99 {median(each.p99 or 0 for each in samples):.1f} ms"
        lines.append(line)
    return "\n".join(lines)


def write_results(results: Sequence[Result]) -> str:
    """Return the ratios beside their goals as a table."""
    lines = [f"{'ratio':<66}{'median':>8}  {'min..max':<14}{'goal':<9}"]
    for ratio, middle, low, high in results:
        goal = "" if ratio.goal is None else f"{'>=' if ratio.at_least else '<='} {ratio.goal:.2f}"
        verdict = Result(ratio, middle, low, high).verdict
        lines.append(f"{ratio.name:<66}{middle:>8.3f}  {f'{low:.3f}..{high:.3f}':<14}{goal:<9}{verdict}".rstrip())
    return "\n".join(lines)


def _spread(numbers: Sequence[float], unit: str) -> str:
    return f"{median(numbers):>10,.0f}{unit} ({min(numbers):,.0f}..{max(numbers):,.0f})"
