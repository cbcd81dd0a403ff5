"""What inspections tell of the authority's duties (Art. 17(1), 17(3))."""

from __future__ import annotations

from shouze.registers.describing import Speaks
from shouze.registers.inspections.models import Inspection
from shouze.registers.speaking import at_fault, of_clocks, of_rows
from shouze.rules.duty import Fact


def _made() -> Fact:
    return of_rows(Inspection.objects.exclude(state="asked"))


def _recorded() -> Fact:
    """Count what was closed with its record; those that go on are owed by their clock."""
    return of_clocks("inspections", "show")


def _attested(name: str) -> Fact:
    """Count inspections whose officer attested this in closing them; one closed without it is at fault."""
    closed = Inspection.objects.filter(state="closed")
    return at_fault(of_rows(closed.filter(**{name: True})), closed.filter(**{name: False}), "changed_at")


SPEAKS = (
    Speaks(matter="inspections.made", fact=_made),
    Speaks(matter="inspections.recorded", fact=_recorded),
    Speaks(matter="inspections.free", fact=lambda: _attested("no_fee")),
    Speaks(matter="inspections.unhindered", fact=lambda: _attested("not_hindered")),
)
