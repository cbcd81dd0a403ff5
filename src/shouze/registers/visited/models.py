"""A visit that the operator received, as the authority tells of it, and what the operator says to that."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Visited(Kept):
    """An authority's visit: its notice, its record, and this side's answer; a peer's matter stands once.

    ``dispatch`` is the SHA-256 of the record's signed text, which the answer names.
    """

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="+")
    matter = models.CharField(max_length=96, db_index=True)
    inspection = models.CharField(max_length=500, blank=True)
    notice = models.TextField(blank=True)
    announced_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField(null=True)
    prepared_at = models.DateTimeField(null=True)
    basis = models.TextField(blank=True)
    place = models.CharField(max_length=500, blank=True)
    unannounced = models.CharField(max_length=500, blank=True)
    officers = models.TextField(blank=True)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    seen = models.TextField(blank=True)
    taken = models.TextField(blank=True)
    no_fee = models.BooleanField(null=True)
    not_hindered = models.BooleanField(null=True)
    due = models.DateTimeField(null=True)
    dispatch = models.CharField(max_length=64, blank=True)
    says_no_fee = models.CharField(max_length=16, blank=True)
    says_not_hindered = models.CharField(max_length=16, blank=True)
    comment = models.TextField(blank=True)
    signed_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["peer", "matter"], name="visited_once")
        ]
