"""A dispatch that was refused, kept as it came."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class RefusedRow(Kept):
    """What was refused, why; what it claimed to be, which nobody has verified; how often the same came."""

    reason = models.CharField(max_length=32, db_index=True)
    claimed_sender = models.CharField(max_length=128, blank=True)
    claimed_kind = models.CharField(max_length=48, blank=True)
    claimed_matter = models.CharField(max_length=96, blank=True)
    sha256 = models.CharField(max_length=64)
    content = models.TextField()
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        """The same stands once for each reason; newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sha256", "reason"], name="refused_once")
        ]
