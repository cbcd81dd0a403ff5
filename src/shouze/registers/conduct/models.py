"""A complaint about an inspection by another authority."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Conduct(Kept):
    """Who complains about whom, on which grounds; what that authority states; what is upheld, why, what is done.

    ``peer`` is the operator, ``lower`` the authority complained about, where dispatches go there.
    """

    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    operator_name = models.CharField(max_length=200)
    matter = models.CharField(max_length=96, blank=True, editable=False, db_index=True)
    against = models.CharField(max_length=128)
    lower = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    inspection = models.CharField(max_length=500, blank=True)
    grounds = models.JSONField(default=list)
    happened_at = models.DateTimeField()
    story = models.TextField()
    dispatch = models.CharField(max_length=64, blank=True, editable=False)
    due = models.DateTimeField(editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)
    asked_until = models.DateTimeField(null=True, editable=False)
    question = models.TextField(blank=True)
    statement = models.TextField(blank=True)
    stated_at = models.DateTimeField(null=True, editable=False)
    upheld = models.JSONField(default=list)
    reasons = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
