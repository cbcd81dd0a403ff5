"""Where the time of a run went: by query class and side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple


class Spent(NamedTuple):
    """Seconds of one query class of one side in one run, and how many operations these were."""

    title: str
    side: str
    kind: str
    times: int
    seconds: float


def write_spent(spent: Sequence[Spent]) -> str:
    """Return where the time went: milliseconds of one operation of each class on each side, over all rounds."""
    titles: dict[str, dict[str, dict[str, tuple[int, float]]]] = defaultdict(lambda: defaultdict(dict))
    for title, side, kind, count, seconds in spent:
        before = titles[title][kind].get(side, (0, 0.0))
        titles[title][kind][side] = (before[0] + count, before[1] + seconds)
    lines = []
    for title, kinds in titles.items():
        lines.append(f"{title}, ms for one{'plain':>33}{'compliant':>12}{'door':>12}{'door share':>12}")
        whole = sum(sides["door"][1] for sides in kinds.values())
        for kind, sides in kinds.items():
            count = sides["door"][0]
            shown = "".join(f"{1000 * seconds / max(1, n):>12.3f}" for n, seconds in sides.values())
            lines.append(f"  {kind:<28}{count:>6} x{shown}{sides['door'][1] / whole:>12.0%}")
    return "\n".join(lines)
