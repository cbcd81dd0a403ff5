"""The way of counting that was chosen for one kind of matter."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Timing(Kept):
    """For one kind of matter: the way of counting, and at which share of the time whom it warns (percent)."""

    matter = models.CharField(max_length=32, db_index=True)
    counting = models.CharField(max_length=32)
    warn = models.PositiveSmallIntegerField(default=60)
    escalate = models.PositiveSmallIntegerField(default=80)
    because = models.TextField()

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
