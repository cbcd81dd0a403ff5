"""What grants tell of the duties (Art. 13(3))."""

from __future__ import annotations

from shouze.registers.describing import Speaks
from shouze.registers.grants.models import GRANTED, Grant
from shouze.registers.speaking import at_fault, of_rows
from shouze.rules.duty import Fact


def _in_force() -> Fact:
    granted = Grant.objects.filter(state=GRANTED)
    return at_fault(of_rows(granted), granted.filter(until=None), "changed_at")


SPEAKS = (Speaks(matter="grants.in-force", fact=_in_force),)
