"""Counts what the door permitted and refused, day by day, from the index of its records, a few days at a time.

Pages read the counts; they ask the log nothing, and so leave no record of a look at it.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from shouze.client import NotFound
from shouze.registers.dooring import door
from shouze.registers.records.models import Handled

DAYS = 30
EVERY = timedelta(minutes=10)
_WHY: dict[str, Any] = {"purpose": "watch", "reason": "按日统计 counts by day"}


def count(now: datetime) -> None:
    """Count from the day before the last one that was counted, or the days that are shown."""
    reached = door()
    if reached is None:
        return
    today = timezone.localtime(now).date()
    first = today - timedelta(days=DAYS - 1)
    last = Handled.objects.order_by("-day").values_list("day", flat=True).first()
    since = max(first, last - timedelta(days=1)) if last else first
    with suppress(NotFound):  # no checkpoint is signed yet: there is nothing to count
        asked: dict[str, Any] = {**_WHY, "since": _midnight(since)}
        permitted = reached.watching().tally_records(**asked, outcome="permitted").days
        refused = reached.watching().tally_records(**asked, outcome="refused").days
        _keep(since, today, permitted, refused, now)
        Handled.objects.filter(day__lt=first).delete()


@transaction.atomic
def _keep(since: date, today: date, permitted: dict[str, int], refused: dict[str, int], now: datetime) -> None:
    for number in range((today - since).days + 1):
        day = since + timedelta(days=number)
        counts = {"permitted": permitted.get(str(day), 0), "refused": refused.get(str(day), 0), "counted_at": now}
        Handled.objects.update_or_create(day=day, defaults=counts)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
