"""A version of a house rule before one person."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.rows import LONGEST_TITLE, Kept


class Reading(Kept):
    """One version (``procedure``, its number) before one person, until when, and what they confirmed: its digest."""

    title_en = models.CharField(max_length=LONGEST_TITLE, blank=True, editable=False, db_default="")
    procedure = models.CharField(max_length=32, db_index=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        """Newest first; one of each."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["procedure", "person"], name="reading_once")
        ]
