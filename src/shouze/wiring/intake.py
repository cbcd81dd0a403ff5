"""Joins the intake with the door and the memory of runs."""

from __future__ import annotations

from shouze.intake.ports import Runs, Taker
from shouze.store.intake import StoredRuns
from shouze.wiring.joining import Installation


def runs(opened: Installation) -> Runs:
    """Return the memory of runs."""
    return StoredRuns(opened.stores.databases["custody"])


def taker(opened: Installation) -> Taker:
    """Return who takes users in."""
    return opened.door
