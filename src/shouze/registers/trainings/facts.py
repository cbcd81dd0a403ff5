"""What training tells of the duties (Art. 15): for each of the three topics, who holds a certificate in force."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Count, Min, Q

from shouze.registers.courses.models import Course
from shouze.registers.describing import Speaks
from shouze.registers.speaking import at_fault, of_rows
from shouze.registers.trainings.models import Training
from shouze.rules.duty import Fact

FAULTY = ("failed", "expired")


def _in(topic: str) -> Callable[[], Fact]:
    """Return the fact of the courses of a topic: certificates, those still to be passed, failed or expired ones."""

    def fact() -> Fact:
        taught = Course.objects.filter(state="published", topics__icontains=f'"{topic}"')
        rows = Training.objects.filter(course__in=list(taught.values_list("name", flat=True)))
        passed = of_rows(rows.filter(state__in=("passed", "waived")), "passed_at", until="valid_until")
        waiting = rows.aggregate(
            left=Count("id", filter=Q(state="assigned")), first=Min("due", filter=Q(state="assigned"))
        )
        told = at_fault(passed, rows.filter(state__in=FAULTY), "changed_at")
        return Fact(
            shown=told.shown, last=told.last, until=told.until, lacking=told.lacking, since=told.since, row=told.row,
            open=waiting["left"], due=waiting["first"],
        )  # fmt: skip

    return fact


SPEAKS = tuple(
    Speaks(matter=f"trainings.{topic}", fact=_in(topic), heeds=("courses", "people"))
    for topic in ("knowledge", "skills", "responsibility")
)
