"""The clocks of the penalty procedure, counted in China's days: each ends with the last moment of its last day.

The day on which a period begins is not counted (Civil Code 201). Periods of 2, 3, 5 and 7 days are of working days
(Penalty Law 85). A period of months or years ends on the same day of its last month, or on that month's last day.
The authority's own periods of calendar days do not move on from a holiday: the stricter reading binds who decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from shouze.chinatime import SHANGHAI, last_moment
from shouze.rules.deadline import Deadline
from shouze.rules.penalty.rows import Term
from shouze.rules.period import after, parse_period
from shouze.rules.working_days import WorkingDays

SURCHARGE = Decimal("0.03")
"""Of the fine for each day that it is late, up to the fine itself (Penalty Law 72)."""


def ending(term: Term, since: date, working: WorkingDays) -> Deadline:
    """Return when a period that begins on a day ends."""
    if term.unit == "working":
        _, days = parse_period(term.length)
        looked = _walk(since, days, 1, working)
        day = looked[-1]
    else:
        day = after(datetime.combine(since, time(), SHANGHAI), term.length).date()
        looked = [day]
        while term.rolls and not working.is_working(day):
            day += timedelta(days=1)
            looked.append(day)
    estimated = {each.year for each in looked if working.is_estimated(each)} if term.unit == "working" or term.rolls \
        else set()  # fmt: skip
    return Deadline(day, last_moment(day), tuple(sorted(estimated)))


def latest_before(term: Term, day: date, working: WorkingDays) -> date:
    """Return the last day to give notice of what is on ``day``: so many whole working days lie between the two."""
    _, days = parse_period(term.length)
    return _walk(day, days, -1, working)[-1] - timedelta(days=1)


def _walk(start: date, days: int, step: int, working: WorkingDays) -> list[date]:
    """Return the days after (or before) one, up to the last of so many working days."""
    looked, counted, day = list[date](), 0, start
    while counted < days:
        day += timedelta(days=step)
        looked.append(day)
        counted += working.is_working(day)
    return looked


def limited(term: Term, ended: date | None, found: date) -> bool:
    """Tell whether an act was found too late to be penalised; one that goes on (None) never was (Penalty Law 36)."""
    if ended is None:
        return False
    return found > after(datetime.combine(ended, time(), SHANGHAI), term.length).date()


def may_sue_until(
    terms: Mapping[str, Term], served: date, reconsidered: date | None, working: WorkingDays
) -> Deadline:  # fmt: skip
    """Return until when a party may sue: six months from service, or 15 days from the decision on reconsideration.

    Its own six months count no more once it chose reconsideration first (Litigation Law 45, 46).
    """
    if reconsidered is not None:
        return ending(terms["litigate-after"], reconsidered, working)
    return ending(terms["litigate"], served, working)


class Span(NamedTuple):
    """Days of reconsideration or action: from its acceptance to its end, or going on (None)."""

    since: date
    until: date | None


def surcharge(
    fine: int, pay_by: date, on: date, paid: Iterable[tuple[date, int]] = (), paused: Sequence[Span] = ()
) -> Decimal:  # fmt: skip
    """Return the surcharge that has grown by a day on what was unpaid then; never above the fine (Penalty Law 72).

    What was paid in part stops growing and owes what it has grown; what was returned (below zero) was not paid. Days of
    reconsideration and action do not count, of one after the other neither (Penalty Law 73).
    """
    grown, left, since = Decimal(0), fine, pay_by
    for day, amount in [*sorted(each for each in paid if each[0] <= on), (on, 0)]:
        grown += SURCHARGE * max(left, 0) * _counted(since, day, paused)
        left, since = left - amount, max(since, day)
    return min(Decimal(fine), grown)


def _counted(since: date, until: date, paused: Sequence[Span]) -> int:
    """Return the days between two, but for those that are paused."""
    off = sum(max((min(each.until or until, until) - max(each.since, since)).days, 0) for each in paused)
    return max((until - since).days - off, 0)
