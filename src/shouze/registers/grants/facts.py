"""What grants tell of the duties (Art. 13(3))."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.grants.models import GRANTED, Grant
from shouze.registers.speaking import of_rows
from shouze.rules.duty import Fact


def _in_force() -> Fact:
    """Count grants in force; those without an end are still to get one, for which the Order gives no day."""
    granted = Grant.objects.filter(state=GRANTED)
    endless = granted.filter(until=None).order_by("changed_at")
    first = endless.values_list("number", flat=True).first()
    return replace(of_rows(granted), open=endless.count(), row=first or "")


SPEAKS = (Speaks(matter="grants.in-force", fact=_in_force),)
