"""One stock-taking, what it expects to see, and what differs."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.media.models import Medium
from shouze.registers.rows import Kept


class Stocktake(Kept):
    """One stock-taking of a place (empty: everywhere) and of kinds of media (none named: all).

    ``counted`` and ``expected`` are how many were seen of how many; ``digest`` is SHA-256 over what was seen and when,
    fixed when the counting ended.
    """

    place = models.CharField(max_length=120, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    due = models.DateTimeField()
    again_months = models.PositiveSmallIntegerField(default=12)
    expected = models.PositiveIntegerField(default=0, editable=False)
    counted = models.PositiveIntegerField(default=0, editable=False)
    missing = models.PositiveIntegerField(default=0, editable=False)
    unexpected = models.PositiveIntegerField(default=0, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]


class Expected(models.Model):
    """A carrier that should be there; who saw it when."""

    stocktake = models.ForeignKey(Stocktake, models.CASCADE, related_name="list")
    medium = models.ForeignKey(Medium, models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    id: int

    class Meta:
        """Each once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["stocktake", "medium"], name="expected_once")
        ]


class Difference(models.Model):
    """A carrier missing, or one that should not be there (``medium`` None: none of ours); ``mark`` is what was read.

    ``shortcoming`` is the number of what it became when the counting ended; ``settled_at`` since when it is gone.
    """

    stocktake = models.ForeignKey(Stocktake, models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=16)
    medium = models.ForeignKey(Medium, models.PROTECT, null=True, related_name="+")
    mark = models.CharField(max_length=64)
    found_at = models.DateTimeField()
    shortcoming = models.CharField(max_length=32, blank=True, db_index=True)
    settled_at = models.DateTimeField(null=True)
    id: int

    class Meta:
        """What was found once is listed once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["stocktake", "kind", "mark"], name="difference_once")
        ]
