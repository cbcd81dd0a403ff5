"""One carrier of personal information."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.rows import Kept


class Medium(Kept):
    """One carrier: what it holds, whose custody it is in, where; issued, given back, destroyed before a witness.

    ``mark`` is what the operator writes on it, ``tag`` the opaque part of the address that its label shows.
    """

    mark = models.CharField(max_length=64, blank=True, db_index=True)
    tag = models.CharField(max_length=32, unique=True, editable=False)
    kind = models.CharField(max_length=16)
    service = models.CharField(max_length=64, blank=True)
    items = models.JSONField(default=list, blank=True)
    subjects = models.PositiveBigIntegerField(default=0)
    protection = models.JSONField(default=list)
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    place = models.CharField(max_length=120, db_index=True)
    keep_until = models.DateTimeField(null=True, blank=True)
    issued_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    due_back = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, editable=False)
    method = models.CharField(max_length=16, blank=True)
    witness = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
