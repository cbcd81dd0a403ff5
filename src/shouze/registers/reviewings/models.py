"""A review that this operator makes, or that is made of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept

REVIEWER, REVIEWED = "reviewer", "reviewed"


class Reviewing(Kept):
    """The operator's part in a review, the other member, what was found by clause, what was answered, what followed."""

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="+")
    matter = models.CharField(max_length=96, db_index=True)
    part = models.CharField(max_length=16)
    other = models.CharField(max_length=500)
    code = models.CharField(max_length=64)
    issue = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    due = models.DateTimeField()
    findings = models.JSONField(default=list, editable=False)
    found_at = models.DateTimeField(null=True, editable=False)
    reply = models.TextField(blank=True)
    may_share = models.BooleanField(default=False)
    replied_at = models.DateTimeField(null=True, editable=False)
    outcome = models.TextField(blank=True, editable=False)

    class Meta:
        """Newest first; a matter of a peer stands once."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["peer", "matter"], name="reviewing_once")
        ]

    @property
    def association(self) -> str:
        """Return who has drawn it."""
        return self.peer.title
