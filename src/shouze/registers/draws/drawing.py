"""Draws annual reviews by a published seed, so that anybody draws the same; adds those whose own answer shows risk.

The order of the draw is that of SHA-256(seed ‖ ":" ‖ number of the review); the first ``count`` are drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from heapq import nsmallest

from shouze.chinatime import SHANGHAI
from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers.annualreviews.models import ANNUAL, AnnualReview
from shouze.registers.annualreviews.reviewing import first_quarter
from shouze.registers.describing import Doing
from shouze.registers.draws.models import Draw
from shouze.registers.standings.report import FIRST_YEAR

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
    this = doing.now.astimezone(SHANGHAI).year
    if not FIRST_YEAR <= row.year <= this:
        raise InvalidError(
            Text(f"写 {FIRST_YEAR} 至 {this} 的年份", f"Give a year from {FIRST_YEAR} to {this}"), field="year"
        )
    if doing.now <= first_quarter(row.year)[1]:
        remedy = Text("答复期限届满后再抽取", "Draw once the term has passed")
        raise InvalidError(Text("答复期限还没有届满", "The term to answer has not passed"), field="year", remedy=remedy)
    if Draw.objects.filter(year=row.year).exists():
        raise InvalidError(Text("该年度已抽取过", "That year has been drawn from"), field="year")
    answered = AnnualReview.objects.filter(year=row.year, occasion=ANNUAL, state="answered", drawn="").order_by("pk")
    numbers = list(answered.values_list("number", flat=True))
    if not numbers:
        raise InvalidError(Text("该年度没有可抽的答复", "There is no answer of that year to draw from"), field="year")
    row.title = f"{row.year} 年度抽取"
    row.among, row.numbers = len(numbers), drawn(row.seed, numbers, row.count)
    chosen = set(row.numbers)
    told = answered.values_list("number", "counts", "peer_id").iterator(chunk_size=_BATCH)
    row.risky = [number for number, counts, peer in told if _risky(counts, peer) and number not in chosen][:MOST]
    for why, found in (("random", row.numbers), ("risk", row.risky)):
        for at in range(0, len(found), _BATCH):
            AnnualReview.objects.filter(number__in=found[at : at + _BATCH]).update(drawn=why, draw=row.number)


def _risky(counts: Mapping[str, int], peer: int | None) -> bool:
    """Tell whether an answer shows risk: a breach by its own account, or a dispatch that leaves its account out."""
    return bool(counts.get("breached")) or (peer is not None and not counts)
