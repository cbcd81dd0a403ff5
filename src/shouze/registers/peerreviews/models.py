"""A review of one member by another."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class PeerReview(Kept):
    """Who reviews whom under which version of a code; findings by clause, the answer, the follow-up.

    ``seed`` is what the ring was drawn by; ``may_share`` is the reviewed member's consent to the authority seeing it,
    ``handed_to`` the authority that it was handed to.
    """

    code = models.CharField(max_length=32, db_index=True)
    reviewer = models.ForeignKey(Peer, models.PROTECT, related_name="+")
    reviewed = models.ForeignKey(Peer, models.PROTECT, related_name="+")
    seed = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    due = models.DateTimeField()
    findings = models.JSONField(default=list, editable=False)
    found_at = models.DateTimeField(null=True, editable=False)
    reply = models.TextField(blank=True, editable=False)
    may_share = models.BooleanField(default=False, editable=False)
    replied_at = models.DateTimeField(null=True, editable=False)
    outcome = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    handed_to = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
