"""What posts, departments and branches tell of the duties (Arts. 12, 13(1))."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from msgspec.structs import replace

from shouze.registers.departments.models import Department
from shouze.registers.describing import Speaks
from shouze.registers.posts.models import Post
from shouze.registers.speaking import first_due, of_clocks, of_own_clocks, of_rows
from shouze.rules.duty import Fact

_KEPT = ("posts", "departments")


def _responsibilities() -> Fact:
    """Count posts, departments and branches whose responsibility is fixed, and what is to be fixed or confirmed."""
    owed = first_due(*(of_clocks(each, "fix") for each in _KEPT), *(of_own_clocks(each, "confirm") for each in _KEPT))
    fixed = [of_rows(rows.exclude(confirmed_at=None), "confirmed_at") for rows in _present()]
    last = max((each.last for each in fixed if each.last), default=None)
    return replace(owed, shown=sum(each.shown for each in fixed), last=last)


def _complaints() -> Fact:
    """Count posts and departments that answer for complaints (any duty of Article 12)."""
    named = [of_rows(rows.filter(duties__icontains="A12-")) for rows in _present()]
    return Fact(
        shown=sum(each.shown for each in named), last=max((each.last for each in named if each.last), default=None)
    )


def _present() -> tuple[QuerySet[Any], ...]:
    return Post.objects.filter(state="present"), Department.objects.filter(state="present")


SPEAKS = (
    Speaks(matter="posts.responsibilities", fact=_responsibilities, heeds=("departments",)),
    Speaks(matter="posts.complaints", fact=_complaints, heeds=("departments",)),
)
