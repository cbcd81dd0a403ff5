"""Ends letters: those that belong to nothing after thirty days, those of a row with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from shouze.registers.letters.models import Letter
from shouze.registers.letters.sealing import end, end_parties

UNSORTED = timedelta(days=30)
PAGE = 200


def end_unsorted(now: datetime) -> int:
    """End spam, machines' mail and bounces after thirty days, a page of them; return how many."""
    over = Letter.objects.filter(Q(state__in=("spam", "automatic", "bounce")) | Q(kind="probe"), erased_at=None)
    letters = list(over.filter(changed_at__lte=now - UNSORTED).order_by("id")[:PAGE])
    with transaction.atomic():
        end(letters, now)
    return len(letters)


def end_of(register: str, entries: list[int], now: datetime) -> None:
    """End what was written about rows, and forget how their people are reached."""
    with transaction.atomic():
        end(Letter.objects.filter(register=register, entry__in=entries, erased_at=None), now)
        end_parties(register, entries, now)
