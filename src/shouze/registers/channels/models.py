"""One way for users to ask about and correct what is held."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Channel(Kept):
    """One channel: for what, of which kind, at which address; when it was tried last, and what was found."""

    services = models.JSONField(default=list)
    serves = models.JSONField(default=list)
    kind = models.CharField(max_length=16, db_index=True)
    address = models.CharField(max_length=300)
    try_days = models.PositiveSmallIntegerField(default=30)
    tried_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
