"""A draw among the annual reviews of a year."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.language import Text
from shouze.registers.rows import Kept


class Draw(Kept):
    """The year, the seed and where it was published, how many; what was drawn, in its order, and from how many."""

    year = models.PositiveIntegerField()
    seed = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    count = models.PositiveIntegerField()
    among = models.PositiveIntegerField(default=0, editable=False)
    numbers = models.JSONField(default=list, editable=False)
    risky = models.JSONField(default=list, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    @property
    def called(self) -> Text:
        """Return what it is called, in both languages."""
        return Text(f"{self.year} 年度抽取", f"Draw of {self.year}")
