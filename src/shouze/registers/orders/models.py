"""An order, or a request of another body."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Order(Kept):
    """What was demanded by whom, on which ground, by when; for a suspension what it covers (an empty part: all)."""

    kind = models.CharField(max_length=16, db_index=True)
    sender = models.CharField(max_length=24)
    body = models.CharField(max_length=120)
    body_en = models.CharField(max_length=120, blank=True)
    document = models.CharField(max_length=128)
    received_at = models.DateTimeField(default=timezone.now)
    demand = models.TextField()
    demand_en = models.TextField(blank=True)
    about = models.TextField(blank=True)
    instrument = models.CharField(max_length=64, blank=True)
    law = models.CharField(max_length=120, blank=True)
    law_level = models.CharField(max_length=32, blank=True)
    article = models.CharField(max_length=60, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    report_due = models.DateTimeField(null=True, blank=True)
    acknowledge_by = models.DateTimeField(null=True, blank=True, editable=False)
    services = models.JSONField(default=list, blank=True)
    purposes = models.JSONField(default=list, blank=True)
    actions = models.JSONField(default=list, blank=True)
    items = models.JSONField(default=list, blank=True)
    agents = models.JSONField(default=list, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    withheld = models.BooleanField(default=False)
    withheld_until = models.DateTimeField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, editable=False)
    reported_at = models.DateTimeField(null=True, editable=False)
    contested_at = models.DateTimeField(null=True, editable=False)
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    matter = models.CharField(max_length=96, blank=True, editable=False)
    dispatch = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    enforced_at = models.DateTimeField(null=True, editable=False)
    acknowledged_at = models.DateTimeField(null=True, editable=False)
    lifted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
