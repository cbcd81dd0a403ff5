"""Tells who owes now what somebody owes who may be away."""

from __future__ import annotations

from datetime import datetime

from shouze.registers.absences.models import Absence

MOST_STEPS = 5


def stands_in(person: int, now: datetime) -> int:
    """Return who stands in for a person now, or the person; a substitute who is away as well has one in turn."""
    seen = {person}
    for _ in range(MOST_STEPS):
        away = Absence.objects.filter(person=person, state__in=("ahead", "away"), since__lte=now, until__gt=now)
        found = away.order_by("-id").values_list("substitute", flat=True).first()
        if found is None or found in seen:
            return person
        person = found
        seen.add(person)
    return person
