"""Whether an act may be a crime and goes to the police: the thresholds of the interpretation of 2017, Article 5.

For what was obtained in serving users and then sold or provided, half is enough; kinds below their thresholds are added
up by their shares (flag M: from memory).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from shouze.rules.penalty.rows import Threshold

INCOME = "gains"


def reached(thresholds: Mapping[str, Threshold], counts: Mapping[str, int], *, in_service: bool) -> tuple[str, ...]:
    """Return the thresholds that are reached, by id; ``together`` where only the shares of several kinds reach it."""
    factor = 2 if in_service else 1
    shares = {name: Fraction(counts.get(name, 0) * factor, each.count) for name, each in thresholds.items()}
    found = tuple(name for name, share in shares.items() if share >= 1)
    together = sum((share for name, share in shares.items() if name != INCOME), Fraction(0))
    return found or (("together",) if together >= 1 else ())
