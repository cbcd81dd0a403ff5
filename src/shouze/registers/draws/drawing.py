"""Draws annual reviews by a published seed, so that anybody draws the same; adds those whose own answer shows risk.

The order of the draw is that of SHA-256(seed ‖ ":" ‖ number of the review); the first ``count`` are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from heapq import nsmallest

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.annualreviews.models import ANNUAL, AnnualReview
from shouze.registers.describing import Doing
from shouze.registers.draws.models import Draw

MOST = 10_000
_BATCH = 500


def drawn(seed: str, numbers: Iterable[str], count: int) -> list[str]:
    """Return the numbers that a seed draws, in the order of the draw."""
    return nsmallest(count, numbers, key=lambda number: sha256(f"{seed}:{number}".encode()).digest())


def draw(doing: Doing[Draw]) -> None:
    """Draw among what was answered and not yet concluded; add who breaches a duty by its own answer."""
    row = doing.entry
    row.seed = row.seed.strip()
    if not 1 <= row.count <= MOST:
        raise InvalidError(Text(f"抽取 1 至 {MOST} 家", f"Draw 1 to {MOST}"), field="count")
    answered = AnnualReview.objects.filter(year=row.year, occasion=ANNUAL, state="answered", drawn="").order_by("pk")
    numbers = list(answered.values_list("number", flat=True))
    if not numbers:
        raise InvalidError(Text("该年度没有可抽的答复", "There is no answer of that year to draw from"), field="year")
    row.title = f"{row.year} 年度抽取"
    row.among, row.numbers = len(numbers), drawn(row.seed, numbers, row.count)
    chosen = set(row.numbers)
    told = answered.exclude(counts={}).values_list("number", "counts").iterator(chunk_size=_BATCH)
    row.risky = [number for number, counts in told if counts.get("breached") and number not in chosen][:MOST]
    for why, found in (("random", row.numbers), ("risk", row.risky)):
        for at in range(0, len(found), _BATCH):
            AnnualReview.objects.filter(number__in=found[at : at + _BATCH]).update(drawn=why, draw=row.number)
