"""What access reviews tell of the duties (Art. 13(3))."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.reviews.models import OPEN, Review
from shouze.registers.speaking import of_own_clocks, of_rows
from shouze.rules.duty import Fact


def _decided() -> Fact:
    decided = of_rows(Review.objects.exclude(state=OPEN))
    return replace(of_own_clocks("reviews", "decide"), shown=decided.shown, last=decided.last)


SPEAKS = (Speaks(matter="reviews.decided", fact=_decided, heeds=("campaigns", "grants")),)
