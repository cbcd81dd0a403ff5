"""What incidents tell of the duties (Arts. 10, 14(1))."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.incidents.models import Incident
from shouze.registers.speaking import at_fault, of_clocks, of_rows
from shouze.rules.duty import Fact


def _leaks() -> Fact:
    """Count what happened and is not contained as a fault; what is only suspected is still to be found out."""
    real, uncontained = Incident.objects.filter(certainty="real"), Incident.objects.filter(state="open")
    settled = of_rows(real.exclude(state="open"), "contained_at")
    suspected = uncontained.exclude(certainty="real").count()
    return at_fault(replace(settled, open=suspected), uncontained.filter(certainty="real"), "detected_at")


def _remedy() -> Fact:
    return of_clocks("incidents", "measure", "contain", "notice", "lesson-…")


def _report() -> Fact:
    return of_clocks("incidents", "grade", "report")


SPEAKS = (
    Speaks(matter="incidents.leaks", fact=_leaks),
    Speaks(matter="incidents.remedy", fact=_remedy),
    Speaks(matter="incidents.report", fact=_report),
)
