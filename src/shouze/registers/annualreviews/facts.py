"""What reviews at licensing and of a year tell of the authority's duty (Art. 19)."""

from __future__ import annotations

from datetime import datetime

from shouze.chinatime import end_of
from shouze.registers.annualreviews.models import ANNUAL, AnnualReview
from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_rows
from shouze.rules.duty import Fact


def _concluded() -> Fact:
    """Count reviews that are concluded; the others are owed by the end of the year in which they are made.

    Article 19 asks for the review and names no day in its year. An operator that is silent is no breach of this house.
    """
    waiting = AnnualReview.objects.filter(concluded_at=None)
    due = {_end(occasion, year) for occasion, year in waiting.values_list("occasion", "year").distinct()}
    first = waiting.order_by("year", "pk").values_list("number", flat=True).first()
    fact = of_rows(AnnualReview.objects.exclude(concluded_at=None), "concluded_at")
    return Fact(shown=fact.shown, last=fact.last, open=waiting.count(), due=min(due, default=None), row=first or "")


def _end(occasion: str, year: int) -> datetime:
    """Return the last moment of the year in which a review is made: that of a year in the next."""
    return end_of(year + (occasion == ANNUAL))


SPEAKS = (Speaks(matter="annualreviews.concluded", fact=_concluded),)
