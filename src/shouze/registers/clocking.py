"""Writes down the clocks that a row has running, each owed by whoever stands in where a person is away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shouze.registers.absences.covering import stands_in
from shouze.registers.describing import Register, Running
from shouze.registers.rows import Clock, Kept


def clock_of(
    register: Register[Any], entry: Kept, running: Running, now: datetime, there: Clock | None = None
) -> Clock:
    """Return the clock as it is to be saved: the one that is ``there`` already, or a new one."""
    clock = there or Clock(register=register.name, entry=entry.pk, kind=running.kind)
    clock.number, clock.title_zh, clock.title_en = entry.number, *running.title
    clock.since, clock.due, clock.met = running.since, running.due, running.met
    clock.roles = "".join(f",{role}" for role in sorted(running.roles)) + ","
    clock.person_id = None if running.person is None else stands_in(running.person, now)
    clock.duty = running.duty or ""
    return clock
