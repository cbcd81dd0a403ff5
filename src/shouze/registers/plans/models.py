"""A plan of inspections: whom it names, why, and what was done of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.language import Text
from shouze.registers.rows import Kept


class Plan(Kept):
    """The seed and where it was published, how many are drawn at random and how many by risk, until when.

    ``named`` are the operators (their numbers in the register) with why: ``random``, or the signs of risk and their
    points, and ``officer``, the number of who was put in charge; ``pool`` are those that the draw was among, in the
    register's order; ``done`` is the number of the inspection or visit by the operator's number, or the reason why
    there is none.
    """

    year = models.PositiveIntegerField()
    sector = models.CharField(max_length=16, blank=True)
    province = models.CharField(max_length=60, blank=True)
    seed = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    count = models.PositiveIntegerField()
    by_risk = models.PositiveIntegerField(default=0)
    until = models.DateTimeField()
    among = models.PositiveIntegerField(default=0, editable=False)
    pool = models.JSONField(default=list, editable=False)
    named = models.JSONField(default=list, editable=False)
    done = models.JSONField(default=dict, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    @property
    def called(self) -> Text:
        """Return what it is called, in both languages."""
        return Text(f"{self.year} 年检查计划", f"Plan of inspections of {self.year}")
