"""What shortcomings tell of the duties (Art. 16)."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.shortcomings.models import Shortcoming
from shouze.registers.speaking import of_clocks, of_rows
from shouze.rules.duty import Fact


def _fixed() -> Fact:
    """Count shortcomings that are gone; what is open has its day, and one without an owner is assigned at once."""
    gone = of_rows(Shortcoming.objects.filter(state="closed"), "closed_at")
    owed = of_clocks("shortcomings", "mend", "assign")
    return replace(owed, shown=gone.shown, last=gone.last)


SPEAKS = (Speaks(matter="shortcomings.fixed", fact=_fixed),)
