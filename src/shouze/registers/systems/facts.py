"""What systems tell of the duties (Arts. 13(5), 13(6), 13(7))."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.speaking import first_due, of_clocks, of_own_clocks, of_rows
from shouze.registers.systems.clocks import ACCESS, INTRUSION
from shouze.registers.systems.models import OUTSIDE, System
from shouze.rules.duty import Fact


def _beside(owed: Fact) -> Fact:
    """Count what systems owe, beside the systems in use."""
    used = of_rows(System.objects.filter(state="connected"))
    return replace(owed, shown=used.shown, last=used.last)


def _reviewed() -> Fact:
    # what waits for its review is not connected yet, and by when a review is repeated is the house's own
    return _beside(of_own_clocks("systems", duties=(ACCESS,)))


def _protected() -> Fact:
    return _beside(of_own_clocks("systems", duties=(INTRUSION,)))


def _network() -> Fact:
    # Order 11 sets the cycles; for the grade itself, and for an answer, it is not known to name a day
    cycles, others = of_clocks("systems", "file", "test", "risks"), of_own_clocks("systems", "grade", "filing-answer")
    return _beside(first_due(cycles, others))


def _recorded() -> Fact:
    """Count systems outside the door that feed records; nothing shows those that never did, or not lately."""
    rows = System.objects.filter(kind__in=OUTSIDE, state="connected")
    told = rows.order_by("fed_at").values_list("number", "fed_at", "records_days")
    fed = [(at + timedelta(days=days), number) for number, at, days in told if at is not None]
    silent = [number for number, at, _ in told if at is None]
    stale, row = min(fed, default=(None, ""))
    return Fact(shown=len(fed), unshown=len(silent), stale=stale, row=silent[0] if silent else row)


SPEAKS = (
    Speaks(matter="systems.reviewed", fact=_reviewed),
    Speaks(matter="systems.protection", fact=_protected),
    Speaks(matter="systems.network", fact=_network),
    Speaks(matter="systems.recorded", fact=_recorded, heeds=("records",)),
)
