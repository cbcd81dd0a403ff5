"""What house rules tell of the duties (Arts. 10, 13(2))."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Min, Q
from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.procedures.models import Procedure
from shouze.registers.rows import Clock
from shouze.registers.speaking import of_rows
from shouze.rules.duty import Fact


def _in_force(kind: str) -> Callable[[], Fact]:
    """Return the fact of the rules of a kind that are in force, and until when the first has been reviewed."""

    def fact() -> Fact:
        rows = Procedure.objects.filter(state="in-force", kind=kind)
        numbers = rows.values_list("number", flat=True)
        reviews = Clock.objects.filter(Q(kind="review", met=None), register="procedures", number__in=numbers)
        return replace(of_rows(rows, "in_force_from"), own=reviews.aggregate(first=Min("due"))["first"])

    return fact


SPEAKS = (
    Speaks(matter="procedures.workflow", fact=_in_force("workflow")),
    Speaks(matter="procedures.security", fact=_in_force("rules")),
)
