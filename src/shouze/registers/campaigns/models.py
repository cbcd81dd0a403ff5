"""A campaign of access review."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.rows import Kept


class Campaign(Kept):
    """Which grants are reviewed by when; ``reviewer`` decides where the holder has nobody who answers for it."""

    kinds = models.JSONField(default=list)
    services = models.JSONField(default=list, blank=True)
    extent = models.CharField(max_length=16, default="all")
    due = models.DateTimeField()
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
