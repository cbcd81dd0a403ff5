"""A shortcoming, where it came from, and who has to mend it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.rows import Kept


class Shortcoming(Kept):
    """Something found wrong; ``source`` and ``source_number`` name the row that it was found by, if any.

    ``key`` tells apart what one row found: raising the same again while it is open makes no second one.
    """

    rule = models.CharField(max_length=64)
    source = models.CharField(max_length=32, blank=True)
    source_number = models.CharField(max_length=32, blank=True)
    key = models.CharField(max_length=120, blank=True, editable=False)
    place = models.CharField(max_length=200, blank=True)
    story = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    due = models.DateTimeField(null=True, blank=True)
    remedy = models.TextField(blank=True)
    mended_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """Newest first; found by what raised them."""

        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["source", "source_number"], name="shortcoming_source")
        ]
