"""What reports of misconduct tell of the authority's duties (Arts. 18, 24): how many, and of none which."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.misconduct.models import Misconduct
from shouze.registers.speaking import of_own_clocks, of_rows
from shouze.rules.duty import Fact


def _handled() -> Fact:
    """Count what was settled and what waits; no number leads anybody to a report that is not theirs to see."""
    settled = of_rows(Misconduct.objects.filter(state="closed"), "closed_at")
    return replace(of_own_clocks("misconduct"), shown=settled.shown, last=settled.last, row="")


SPEAKS = (Speaks(matter="misconduct.handled", fact=_handled, heeds=("explanations",)),)
