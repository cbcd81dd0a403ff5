"""A complaint about an inspection, and what the higher authority decided."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class GrievanceRow(Kept):
    """To which authority, about which, for which inspection and grounds; its number there, its term, the decision.

    Without ``peer`` it was made on paper: ``addressee`` and ``against_name`` are as written there.
    """

    to = models.CharField(max_length=128)
    against = models.CharField(max_length=128, blank=True)
    against_name = models.CharField(max_length=120, blank=True)
    addressee = models.CharField(max_length=120, blank=True)
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    visit = models.CharField(max_length=32, blank=True)
    inspection = models.CharField(max_length=64, blank=True)
    grounds = models.JSONField(default=list)
    happened_at = models.DateTimeField()
    story = models.TextField()
    dispatch = models.CharField(max_length=64, blank=True, editable=False)
    number_there = models.CharField(max_length=64, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=64, blank=True, editable=False)
    upheld = models.JSONField(default=list, blank=True)
    reasons = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
