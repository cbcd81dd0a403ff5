"""An incident as an operator reported it, and what the authority made of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Report(Kept):
    """What was reported, by dispatch or typed in; how its impact was assessed; what was corrected and found again."""

    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    matter = models.CharField(max_length=96, blank=True, editable=False, db_index=True)
    dispatch = models.CharField(max_length=64, blank=True, editable=False)
    operator = models.CharField(max_length=200)
    operator_number = models.CharField(max_length=64, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=16)
    certainty = models.CharField(max_length=16, default="suspected")
    detected_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, editable=False)
    story = models.TextField()
    services = models.CharField(max_length=500, blank=True)
    agents = models.CharField(max_length=500, blank=True)
    items = models.CharField(max_length=500, blank=True)
    subjects = models.PositiveBigIntegerField(null=True, blank=True)
    uses = models.PositiveBigIntegerField(null=True, blank=True)
    grade = models.CharField(max_length=16, blank=True)
    grade_because = models.TextField(blank=True)
    consequences = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    cause = models.TextField(blank=True)
    contact = models.CharField(max_length=500, blank=True)

    impact = models.CharField(max_length=16, blank=True)
    impact_because = models.TextField(blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True)
    reopened_at = models.DateTimeField(null=True, editable=False)
    escalated_at = models.DateTimeField(null=True, blank=True)
    corrected = models.TextField(blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    rechecked = models.TextField(blank=True)
    rechecked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
