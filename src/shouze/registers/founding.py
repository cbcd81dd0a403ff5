"""Registers many rows at once that no act makes: numbers in one block, rows and their clocks in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shouze.registers.describing import Register
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock, Kept
from shouze.registers.rows import Sequence as Numbers

K = TypeVar("K", bound=Kept)
BATCH = 500


def found_many(register: Register[K], entries: Sequence[K]) -> list[K]:
    """Register rows, each in the state that it has; what owes the door something is not for this."""
    now = GIVEN.now()
    with transaction.atomic():
        for entry, number in zip(entries, _numbers(register, len(entries)), strict=True):
            entry.number, entry.created_at, entry.changed_at = number, now, now
        made: list[K] = register.rows().bulk_create(entries, BATCH)
        Clock.objects.bulk_create([clock for entry in made for clock in _clocks(register, entry)], BATCH)
    return made


def _clocks(register: Register[Any], entry: Kept) -> list[Clock]:
    return [
        Clock(
            register=register.name, entry=entry.pk, number=entry.number, kind=each.kind, title_zh=each.title.zh,
            title_en=each.title.en, since=each.since, due=each.due, met=each.met, duty=each.duty or "",
            roles="".join(f",{role}" for role in sorted(each.roles)) + ",", person_id=each.person,
        )
        for each in register.clocks(entry, entry.created_at)
    ]  # fmt: skip


def _numbers(register: Register[Any], count: int) -> list[str]:
    year = timezone.localtime(GIVEN.now()).year
    name = f"{register.name}-{year}"
    Numbers.objects.get_or_create(name=name)
    Numbers.objects.filter(name=name).update(last=F("last") + count)
    last = Numbers.objects.values_list("last", flat=True).get(name=name)
    return [f"{register.prefix}-{year}-{each:04}" for each in range(last - count + 1, last + 1)]
