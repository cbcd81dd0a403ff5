"""What training tells of the duties (Art. 15): for each of the three topics, who holds a certificate in force."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Count, Min, Q
from msgspec.structs import replace

from shouze.registers.courses.models import Course
from shouze.registers.describing import Speaks
from shouze.registers.people.choosing import chosen
from shouze.registers.speaking import of_rows, own_term
from shouze.registers.trainings.models import Training
from shouze.rules.duty import Fact

UNSHOWN = ("failed", "expired")
"""States in which no certificate shows that somebody was trained: the Order asks for training, not for a test."""


def _in(topic: str) -> Callable[[], Fact]:
    """Return the fact of the courses of a topic: certificates, those still to be passed, failed or expired ones."""

    def fact() -> Fact:
        taught = Course.objects.filter(state="published", topics__icontains=f'"{topic}"')
        rows = Training.objects.filter(course__in=list(taught.values_list("name", flat=True)))
        passed = own_term(of_rows(rows.filter(state__in=("passed", "waived")), "passed_at", until="valid_until"))
        waiting = rows.aggregate(
            left=Count("id", filter=Q(state="assigned")), first=Min("due", filter=Q(state="assigned"))
        )
        lacking = rows.filter(state__in=UNSHOWN)
        # staff are everybody who works here: whom no course of the topic asks for, nothing shows to be trained in it
        uncovered = chosen([], []).exclude(pk__in=rows.exclude(state="ended").values("person"))
        first = lacking.order_by("changed_at").values_list("number", flat=True).first()
        ends = min((each for each in (passed.own, waiting["first"]) if each), default=None)
        return replace(
            passed, open=waiting["left"], own=ends, unshown=lacking.count() + uncovered.count(), row=first or passed.row
        )

    return fact


SPEAKS = tuple(
    Speaks(matter=f"trainings.{topic}", fact=_in(topic), heeds=("courses", "people"))
    for topic in ("knowledge", "skills", "responsibility")
)
