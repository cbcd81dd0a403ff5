"""What carriers tell of the duties (Art. 13(4))."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.media.models import Medium
from shouze.registers.speaking import at_fault, of_own_clocks, of_rows
from shouze.rules.duty import Fact


def _custody() -> Fact:
    """Count carriers in custody, those to come back, to be destroyed or attested; a lost one is at fault."""
    kept = of_rows(Medium.objects.exclude(state="lost"))
    owed = replace(of_own_clocks("media", "back", "destroy", "attest"), shown=kept.shown, last=kept.last)
    return at_fault(owed, Medium.objects.filter(state="lost"), "changed_at")


SPEAKS = (Speaks(matter="media.custody", fact=_custody, heeds=("stocktakes",)),)
