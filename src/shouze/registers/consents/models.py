"""One flow in which users are told and asked, and what a review of it found."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.rows import Kept


class Flow(Kept):
    """One flow: for which service and purposes, where it is, what it shows, by which act users consent.

    ``shown_version`` is the version of the rules that it shows.
    """

    service = models.SlugField(max_length=64, db_index=True)
    kind = models.CharField(max_length=16, db_index=True)
    place = models.CharField(max_length=300)
    purposes = models.JSONField(default=list)
    shows = models.TextField()
    act = models.CharField(max_length=16)
    shown_version = models.PositiveIntegerField()
    review_months = models.PositiveSmallIntegerField(default=6)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]


class Shortcoming(models.Model):
    """Something found wrong with a flow: which kind, in words, who mends it by when; ``mended_at`` once it is."""

    flow = models.ForeignKey(Flow, models.PROTECT, related_name="shortcomings")
    kind = models.CharField(max_length=32)
    words = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    found_at = models.DateTimeField()
    due = models.DateTimeField()
    mended_at = models.DateTimeField(null=True)
    id: int
