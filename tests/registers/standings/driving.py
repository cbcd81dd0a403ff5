"""Asks a register what it tells of a matter, and judges it at a moment."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shouze.registers.speaking import speakers
from shouze.rules.duty import Case, Fact, Finding

DAY = timedelta(days=1)


def fact_of(matter: str) -> Fact:
    return speakers()[matter][1].fact()


def finding_of(matter: str, days: float = 0, *, always: bool = False) -> Finding:
    """Judge what is told now, so many days on."""
    case = Case({matter: fact_of(matter)}, timezone.now() + days * DAY)
    return case.in_place(matter) if always else case.as_it_arises(matter)


def states_of(matter: str, *days: float, always: bool = False) -> list[str]:
    """Return how it stands now and after so many days."""
    return [finding_of(matter, each, always=always).state for each in (0, *days)]
