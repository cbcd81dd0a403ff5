"""What complaints tell of the duties (Art. 12)."""

from __future__ import annotations

from django.db.models import Count, F, Max, Min, Q

from shouze.registers.complaints.models import Complaint, Term
from shouze.registers.describing import Speaks
from shouze.registers.speaking import at_fault, of_rows
from shouze.rules.duty import Fact

OPEN = Q(answered_at=None, ended_at=None)


def _answers() -> Fact:
    """Count every receipt and reopening: answered, late or not, and the first that is still to be answered."""
    counts = Term.objects.aggregate(
        number=Count("id", filter=~Q(answered_at=None)), last_one=Max("answered_at"), waiting=Count("id", filter=OPEN),
        first=Min("due", filter=OPEN), passed=Count("id", filter=Q(answered_at__gt=F("due"))),
    )  # fmt: skip
    row = Term.objects.filter(OPEN).order_by("due").values_list("complaint__number", flat=True).first()
    return Fact(
        shown=counts["number"], last=counts["last_one"], open=counts["waiting"], due=counts["first"],
        late=counts["passed"], row=row or "",
    )  # fmt: skip


def _accepted() -> Fact:
    """Count what was taken in; a refusal without its ground is at fault."""
    taken = of_rows(Complaint.objects.exclude(state="void"), "received_at")
    return at_fault(taken, Complaint.objects.filter(state="refused", refused_because=""), "changed_at")


SPEAKS = (
    Speaks(matter="complaints.answers", fact=_answers),
    Speaks(matter="complaints.accepted", fact=_accepted),
)
