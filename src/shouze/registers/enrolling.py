"""Enters many rows at once that no act makes: numbers in one block, rows and their clocks in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import transaction

from shouze.registers.clocking import clock_of
from shouze.registers.describing import Register
from shouze.registers.numbering import next_numbers
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Clock, Kept

K = TypeVar("K", bound=Kept)
BATCH = 500


def enrol_many(register: Register[K], entries: Sequence[K]) -> list[K]:
    """Enter rows, each in the state that it has; what owes the door something is not for this."""
    now = GIVEN.now()
    with transaction.atomic():
        for entry, number in zip(entries, next_numbers(register, len(entries)), strict=True):
            entry.number, entry.created_at, entry.changed_at = number, now, now
        made: list[K] = register.rows().bulk_create(entries, BATCH)
        clocks = [clock_of(register, each, running, now) for each in made for running in register.clocks(each, now)]
        Clock.objects.bulk_create(clocks, BATCH)
    return made
