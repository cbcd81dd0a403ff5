"""A system that holds users' personal information, and what was found when it was looked at."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.rows import Kept


class System(Kept):
    """A system: where, of whom, what it holds; its review, protection, grade, and whether it feeds records.

    ``title`` is its name in Chinese; ``account`` the service account by which it asks at the door.
    """

    name = models.SlugField(max_length=64, unique=True)
    title_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, db_index=True)
    place = models.CharField(max_length=200)
    services = models.JSONField(default=list, blank=True)
    items = models.JSONField(default=list)
    subjects_count = models.PositiveBigIntegerField(null=True, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agent = models.CharField(max_length=128, blank=True)
    account = models.CharField(max_length=128, blank=True, db_index=True)
    network = models.BooleanField(default=True)
    protection_days = models.PositiveSmallIntegerField(default=30)
    records_days = models.PositiveSmallIntegerField(default=31)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_until = models.DateTimeField(null=True, blank=True)
    refused_because = models.TextField(blank=True)
    connected_at = models.DateTimeField(null=True, blank=True)
    intrusion_tool = models.CharField(max_length=120, blank=True)
    intrusion_at = models.DateTimeField(null=True, blank=True)
    virus_tool = models.CharField(max_length=120, blank=True)
    virus_at = models.DateTimeField(null=True, blank=True)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    graded_at = models.DateTimeField(null=True, blank=True)
    filing = models.CharField(max_length=120, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    filing_sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    filing_verdict = models.CharField(max_length=16, blank=True, editable=False)
    filing_answer = models.TextField(blank=True, editable=False)
    filing_answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    tested_at = models.DateTimeField(null=True, blank=True)
    risks_at = models.DateTimeField(null=True, blank=True)
    fed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    @property
    def outside(self) -> bool:
        """Tell whether personal information is handled in it without the door: its handling has to be attested."""
        return self.kind in OUTSIDE


OUTSIDE = frozenset({"outside", "agent"})
