"""Figures of complaints over a period, from SQL aggregates: how many, in time, and the median time to the answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from shouze.registers.complaints.models import Term
from shouze.registers.office import Figures


def figures(since: datetime, until: datetime, now: datetime, service: str | None = None) -> Figures:
    """Count the terms that began from ``since`` until before ``until``; two queries."""
    terms = Term.objects.filter(received_at__gte=since, received_at__lt=until)
    if service is not None:
        terms = terms.filter(complaint__service=service)
    open_ = Q(answered_at=None, ended_at=None)
    counted = terms.aggregate(
        received=Count("id"),
        answered=Count("id", filter=~Q(answered_at=None)),
        in_time=Count("id", filter=~Q(answered_at=None) & Q(late=False)),
        late=Count("id", filter=Q(late=True) | (open_ & Q(due__lt=now))),
        running=Count("id", filter=open_ & Q(due__gte=now)),
        withdrawn=Count("id", filter=Q(answered_at=None) & ~Q(ended_at=None)),
    )
    return Figures(since, until, **counted, median=_median(terms, counted["answered"]))


def _median(terms: QuerySet[Term], answered: int) -> timedelta | None:
    """Return the lower median: the time within which half of the answers were given."""
    if not answered:
        return None
    middle = (answered - 1) // 2
    (took,) = terms.exclude(took=None).order_by("took").values_list("took", flat=True)[middle : middle + 1]
    return timedelta(seconds=took or 0)
