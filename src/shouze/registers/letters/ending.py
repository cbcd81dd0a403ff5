"""Ends letters: those that belong to nothing after thirty days, those of a row once it is over for long enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from shouze.registers.describing import Register
from shouze.registers.letters.models import Letter
from shouze.registers.letters.sealing import end, end_parties
from shouze.registers.ports import GIVEN

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


def end_old(register: Register[Any], now: datetime) -> int:
    """Destroy what was written about rows that ended longer ago than letters are kept, a page of them."""
    before = now - timedelta(days=GIVEN.post.retention_days)
    over = register.rows().filter(ended_at__lt=before, erased_at=None)
    rows = list(over.order_by("id")[:PAGE])
    end_of(register.name, [each.pk for each in rows], now)
    register.rows().filter(pk__in=[each.pk for each in rows]).update(erased_at=now)
    return len(rows)
