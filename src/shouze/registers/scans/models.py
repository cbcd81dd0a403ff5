"""One result of a scan that was taken in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Scan(Kept):
    """A file that ``shouze scan`` wrote: when it was made, how many places it names, and how many were new."""

    whole = models.BooleanField(default=False)
    made_at = models.DateTimeField(null=True, blank=True)
    places = models.PositiveIntegerField(default=0)
    fresh = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    again = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
