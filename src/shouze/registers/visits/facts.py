"""What visits tell of the authority's duties: what both sides attest, and no side alone (Art. 17(3))."""

from __future__ import annotations

from django.db.models import Q
from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.speaking import at_fault, of_own_clocks, of_rows
from shouze.registers.visits.models import ATTESTED, CONTESTED, DISMISSED, UPHELD, Visit
from shouze.rules.duty import Fact


def _recorded() -> Fact:
    """Count visits with their record; one that was to take place and has none yet is owed."""
    recorded, waiting = (
        of_rows(Visit.objects.exclude(recorded_at=None), "recorded_at"),
        of_own_clocks("visits", "record"),
    )
    return replace(recorded, open=waiting.open, own=waiting.own, row=waiting.row or recorded.row)


def _both(name: str) -> Fact:
    """Count recorded visits of which both sides say so; either side's denial is a fault, silence shows nothing.

    An operator's denial that the next higher authority dismissed is none. While the operator may still answer, it is
    open, and nobody's fault.
    """
    recorded = Visit.objects.exclude(recorded_at=None)
    says, above = f"says_{name}", f"above_{name}"
    dismissed = Q(**{above: DISMISSED})
    denied = Q(**{name: False}) | Q(**{above: UPHELD}) | (Q(**{says: CONTESTED}) & ~dismissed)
    silent = recorded.exclude(denied).exclude(dismissed).filter(**{says: ""})
    shown = of_rows(recorded.exclude(denied).filter(dismissed | Q(**{says: ATTESTED})), "changed_at")
    waiting = silent.filter(state="recorded").count()
    fact = replace(shown, open=waiting, unshown=silent.exclude(state="recorded").count())
    return at_fault(fact, recorded.filter(denied), "left_at")


SPEAKS = (
    Speaks(matter="visits.recorded", fact=_recorded),
    Speaks(matter="visits.free", fact=lambda: _both("no_fee")),
    Speaks(matter="visits.unhindered", fact=lambda: _both("not_hindered")),
)
