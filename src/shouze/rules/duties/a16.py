"""Article 16: at least one self-inspection a year, on record, and what it finds is put right.

"Every year" is a calendar year (Asia/Shanghai), or twelve months from the last one where the terms say so. A house is
obliged from the day it was registered; its first year ends like any other. A year without one is a breach until the
next is finished.
"""

from __future__ import annotations

from datetime import datetime

from shouze.chinatime import SHANGHAI, end_of
from shouze.rules.duty import Case, Fact, Finding, found, worst
from shouze.rules.period import after

_MATTER, _YEAR = "selfinspections.finished", "P1Y"


def inspected_yearly(case: Case) -> Finding:
    """A self-inspection was finished this year, or still has to be, by its end."""
    fact, begun = case.facts.get(_MATTER), case.facts.get("operator.begun")
    last = fact.last if fact else None
    start = last or (begun.last if begun else None)
    if fact is None or start is None:
        return worst(case.in_place(_MATTER), case.in_place("operator.begun"))
    calendar = case.terms.year == "calendar-year"
    due = _counts_until(fact, start) if calendar else after(start.astimezone(SHANGHAI), _YEAR)
    begins = end_of(due.astimezone(SHANGHAI).year - (last is not None)) if calendar else due - case.terms.warning
    if due < case.now:
        return found(_MATTER, fact, "breached", since=due)
    if last is None or begins < case.now:
        return found(_MATTER, fact, "due", due=due, turns=due)
    return found(_MATTER, fact, "met", turns=begins)


def inspection_recorded(case: Case) -> Finding:
    """Every finished self-inspection has its signed record."""
    return case.in_place("selfinspections.recorded")


def shortcomings_fixed(case: Case) -> Finding:
    """What was found is put right by its day."""
    return case.as_it_arises("shortcomings.fixed")


def _counts_until(fact: Fact, start: datetime) -> datetime:
    """Return until when the last one counts by calendar years, or a house without one has time for its first.

    One that is made of a year counts for that year, whenever it was finished: no year is made up for by another's.
    """
    return fact.until or end_of(start.astimezone(SHANGHAI).year + (fact.last is not None))


CHECKS = {
    "A16-selfcheck": inspected_yearly,
    "A16-record": inspection_recorded,
    "A16-fix": shortcomings_fixed,
}
