"""An association's survey before this operator."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Comparison(Kept):
    """Which year is asked for, what was sent (hundredths by measure), and what came back.

    ``compared`` has by measure ``[members, lower, median, upper, place]``; nothing of any other member.
    """

    title_en = models.CharField(max_length=200, blank=True, editable=False)
    peer = models.ForeignKey(Peer, models.PROTECT, related_name="+")
    matter = models.CharField(max_length=96, db_index=True)
    dispatch_id = models.CharField(max_length=32)
    year = models.PositiveIntegerField()
    due = models.DateTimeField()
    measures = models.JSONField(default=list)
    least = models.PositiveBigIntegerField()
    sent = models.JSONField(default=dict, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    members = models.PositiveBigIntegerField(default=0, editable=False)
    compared = models.JSONField(default=dict, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first; a matter of a peer stands once."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["peer", "matter"], name="comparison_once")
        ]

    @property
    def association(self) -> str:
        """Return whose survey it is."""
        return self.peer.title
