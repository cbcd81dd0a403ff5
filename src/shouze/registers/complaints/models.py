"""A complaint, and its terms: one from each receipt, so that a late answer stays late after it was reopened."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.letters.models import Answered


class Complaint(Answered):
    """A complaint: from where, about what, with whom it is; no word of what was written, and nobody's name.

    ``records`` are places in the handling log that it is about. ``call_number`` is the number of the call it came from.
    """

    source = models.CharField(max_length=16, db_index=True)
    matter = models.CharField(max_length=24, db_index=True)
    service = models.CharField(max_length=64, blank=True, db_index=True)
    records = models.JSONField(default=list, blank=True)
    assigned = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    handle_counting = models.CharField(max_length=32, blank=True, editable=False)
    handle_due = models.DateTimeField(null=True, editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolution = models.CharField(max_length=16, blank=True)
    refused_because = models.CharField(max_length=24, blank=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    reopened = models.PositiveSmallIntegerField(default=0, editable=False)
    call_number = models.CharField(max_length=32, blank=True)
    assigned_id: int | None


class Term(models.Model):
    """One receipt (the first, or a reopening), when its answer was due, and when it was answered.

    ``took`` are the seconds from receipt to answer.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="terms")
    place = models.PositiveSmallIntegerField()
    received_at = models.DateTimeField()
    counting = models.CharField(max_length=32)
    due = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    took = models.PositiveIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    """When it was withdrawn, or turned out to be no complaint: nothing is owed any more."""
    id: int

    class Meta:
        """One of each place."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["complaint", "place"], name="term_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["received_at", "answered_at", "late", "due", "ended_at", "took"], name="term_counted")
        ]
