"""What systems tell of the duties (Arts. 13(5), 13(6), 13(7))."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_clocks, of_rows
from shouze.registers.systems.clocks import ACCESS, INTRUSION, NETWORK
from shouze.registers.systems.models import OUTSIDE, System
from shouze.rules.duty import Fact


def _owed(duty: str) -> Fact:
    """Count what systems owe under a duty, beside the systems in use."""
    used = of_rows(System.objects.filter(state="connected"))
    return replace(of_clocks("systems", duties=(duty,)), shown=used.shown, last=used.last)


def _reviewed() -> Fact:
    return _owed(ACCESS)


def _protected() -> Fact:
    return _owed(INTRUSION)


def _network() -> Fact:
    return _owed(NETWORK)


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
