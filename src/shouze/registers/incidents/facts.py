"""What incidents tell of the duties (Arts. 10, 14(1))."""

from __future__ import annotations

from django.db.models import Min, QuerySet
from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.incidents.models import Incident
from shouze.registers.rows import Clock
from shouze.registers.speaking import at_fault, of_clocks, of_rows
from shouze.rules.duty import Fact


def _leaks() -> Fact:
    """Count what happened and is not contained as a fault; what is only suspected is still to be found out.

    Loss is none of what Article 10 forbids: it is in Articles 13 and 14 alone.
    """
    forbidden = Incident.objects.exclude(kind="loss")
    real, uncontained = forbidden.filter(certainty="real"), forbidden.filter(state="open")
    settled = of_rows(real.exclude(state="open"), "contained_at")
    suspected = uncontained.exclude(certainty="real").count()
    return at_fault(replace(settled, open=suspected), uncontained.filter(certainty="real"), "detected_at")


def _remedy() -> Fact:
    """Count first measures, owed at once, and incidents that are not contained yet, for which the Order has no day.

    What users are told (PIPL 57) and what is learned from it are the house's to do, and no part of Article 14(1).
    """
    measures = of_clocks("incidents", "measure", entries=_named())
    open_ones = _named_rows().filter(state="open").exclude(first_measure_at=None)
    first = open_ones.order_by("detected_at").values_list("number", flat=True).first()
    return replace(measures, open=measures.open + open_ones.count(), row=measures.row or first or "")


def _report() -> Fact:
    """Count reports, and grades, owed at once; the hours that a house sets itself for an incident are its own."""
    kinds, named = ("grade", "report"), _named()
    fact = of_clocks("incidents", *kinds, entries=named)
    waiting = Clock.objects.filter(register="incidents", kind__in=kinds, met=None, entry__in=named)
    return replace(fact, due=None, own=fact.due, at_once=waiting.aggregate(first=Min("since"))["first"])


def _named_rows() -> QuerySet[Incident]:
    """Return the incidents of which Article 14(1) speaks: tampering is in Article 10 and in PIPL 57 alone."""
    return Incident.objects.exclude(kind="tampering")


def _named() -> list[int]:
    return list(_named_rows().values_list("pk", flat=True))


SPEAKS = (
    Speaks(matter="incidents.leaks", fact=_leaks),
    Speaks(matter="incidents.remedy", fact=_remedy),
    Speaks(matter="incidents.report", fact=_report),
)
