"""A bulk request, as the door holds it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import LONGEST_TITLE, Kept


class Operation(Kept):
    """A mirror of the door's request ``door_id``; the door decides, and this row is brought in step with it.

    ``seen`` and ``rows`` count subjects. What people wrote freely is the door's to keep: it is here only in memory,
    while the page is made.
    """

    title_en = models.CharField(max_length=LONGEST_TITLE, blank=True, editable=False)
    door_id = models.CharField(max_length=64, unique=True)
    service = models.CharField(max_length=128)
    purpose = models.CharField(max_length=128)
    action = models.CharField(max_length=16)
    items = models.JSONField(default=list)
    reach = models.CharField(max_length=32, default="users")
    consented = models.CharField(max_length=128, blank=True)
    volume = models.PositiveBigIntegerField()
    format = models.CharField(max_length=16, default="csv")
    provided_to = models.CharField(max_length=128, blank=True)
    recipient_key = models.CharField(max_length=80, blank=True)
    decide_days = models.PositiveSmallIntegerField(default=3)
    keep_days = models.PositiveSmallIntegerField(default=7)
    asked_by = models.CharField(max_length=128, editable=False, db_index=True)
    asked_at = models.DateTimeField(editable=False)
    decide_by = models.DateTimeField(editable=False)
    decided_by = models.CharField(max_length=128, blank=True, editable=False)
    until = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_because = models.CharField(max_length=64, blank=True, editable=False)
    seen = models.PositiveBigIntegerField(default=0, editable=False)
    rows = models.PositiveBigIntegerField(default=0, editable=False)
    not_held = models.PositiveBigIntegerField(default=0, editable=False)
    kept = models.PositiveBigIntegerField(default=0, editable=False)
    refused = models.PositiveBigIntegerField(default=0, editable=False)
    fetched_at = models.DateTimeField(null=True, editable=False)

    grounds: str | None = None
    ticket: str | None = None
    recipient: str | None = None

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
