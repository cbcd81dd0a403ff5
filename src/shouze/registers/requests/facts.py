"""What users' requests tell of the duties (Arts. 9(2), 9(4))."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Count, F, Max, Min, Q

from shouze.registers.describing import Speaks
from shouze.registers.requests.models import Request
from shouze.rules.duty import Fact


def _of(*kinds: str) -> Callable[[], Fact]:
    """Return the fact of requests of these kinds: answered, late or not, and the first that still waits."""

    def fact() -> Fact:
        rows, waiting = Request.objects.filter(kind__in=kinds), Q(state="open")
        counts = rows.aggregate(
            number=Count("id", filter=~Q(answered_at=None)), last_one=Max("answered_at"),
            left=Count("id", filter=waiting), first=Min("due", filter=waiting),
            passed=Count("id", filter=Q(answered_at__gt=F("due"))),
        )  # fmt: skip
        row = rows.filter(waiting).order_by("due").values_list("number", flat=True).first()
        return Fact(
            shown=counts["number"], last=counts["last_one"], open=counts["left"], own=counts["first"],
            late=counts["passed"], row=row or "",
        )  # fmt: skip

    return fact


SPEAKS = (
    Speaks(matter="requests.answers", fact=_of("enquiry", "correction")),
    Speaks(matter="requests.cancellations", fact=_of("cancellation")),
    Speaks(matter="requests.withdrawals", fact=_of("withdrawal")),
)
