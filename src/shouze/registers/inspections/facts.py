"""What inspections tell of the authority's duties (Art. 17(1), 17(3))."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.inspections.models import Inspection
from shouze.registers.speaking import at_fault, of_own_clocks, of_rows
from shouze.registers.visits.models import Visit
from shouze.rules.duty import Fact


def _made() -> Fact:
    """Count inspections of either kind: remote ones that were drawn, and visits that have their record."""
    remote = of_rows(Inspection.objects.exclude(state="asked"))
    visits = of_rows(Visit.objects.exclude(recorded_at=None), "recorded_at")
    last = max((each.last for each in (remote, visits) if each.last), default=None)
    return replace(remote, shown=remote.shown + visits.shown, last=last)


def _recorded() -> Fact:
    """Count what was closed with its record; what was examined and not closed yet is owed."""
    closed, waiting = of_rows(Inspection.objects.filter(state="closed")), of_own_clocks("inspections", "close")
    return replace(closed, open=waiting.open, own=waiting.own, row=waiting.row or closed.row)


def _attested(name: str) -> Fact:
    """Count inspections whose officer attested this in closing them; one that was closed denying it is at fault.

    Those closed before it was asked say nothing.
    """
    closed = Inspection.objects.filter(state="closed")
    return at_fault(of_rows(closed.filter(**{name: True})), closed.filter(**{name: False}), "changed_at")


SPEAKS = (
    Speaks(matter="inspections.made", fact=_made, heeds=("visits",)),
    Speaks(matter="inspections.recorded", fact=_recorded),
    Speaks(matter="inspections.free", fact=lambda: _attested("no_fee")),
    Speaks(matter="inspections.unhindered", fact=lambda: _attested("not_hindered")),
)
