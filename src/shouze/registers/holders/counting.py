"""What holders did with their grants, as the door counts it from the log; kept here to be shown beside the grants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from shouze.client import ClientError, Exercised, ExercisedRow
from shouze.errors import UnavailableError
from shouze.registers.dooring import door, in_name_of
from shouze.registers.grants.judging import judge
from shouze.registers.grants.models import Exercise
from shouze.registers.holders.models import Holder
from shouze.registers.holders.taking_over import take_over
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN

FRESH = timedelta(minutes=10)
EVERY = timedelta(hours=1)
AT_ONCE = 50
"""Holders in one question to the door."""


def keep(now: datetime) -> None:
    """Take over what stands at the door without a row here; count anew whose counts are an hour old, some at a time."""
    reached = door()
    if reached is None:
        return
    take_over(reached)
    old = Q(counted_at=None) | Q(counted_at__lt=now - EVERY) | Q(counted_whole=False)
    holders = list(Holder.objects.filter(old, state="present").order_by("counted_at")[:AT_ONCE])
    if holders:
        note(holders, reached.exercised([each.key for each in holders]))


def look(holder: Holder, person: Person) -> None:
    """Count anew before the holder is shown, where its counts are older than ten minutes."""
    if holder.counted_at and GIVEN.now() - holder.counted_at < FRESH and holder.counted_whole:
        return
    try:
        note([holder], in_name_of(person).exercised(holders=[holder.key]))
    except (ClientError, UnavailableError):
        return  # the page shows what was counted before, and that it is old
    holder.refresh_from_db()


def note(holders: Iterable[Holder], told: Exercised) -> None:
    """Keep what the door counted, in place of what was counted before."""
    rows: dict[str, list[ExercisedRow]] = {}
    for each in told.exercised:
        rows.setdefault(each.holder, []).append(each)
    with transaction.atomic():
        for holder in holders:
            Exercise.objects.filter(holder=holder.key).delete()
            Exercise.objects.bulk_create(_exercise(each) for each in rows.get(holder.key, ()))
            whole = told.counted >= told.size and not told.more
            Holder.objects.filter(pk=holder.pk).update(counted_at=GIVEN.now(), counted_whole=whole)
            judge(holder.key)


def _exercise(row: ExercisedRow) -> Exercise:
    return Exercise(
        holder=row.holder, service=row.service, purpose=row.purpose, action=row.action, item=row.item,
        actors=row.actors, uses=row.uses, first_at=row.first, last_at=row.last,
    )  # fmt: skip
