"""A version of an association's code before this operator."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Commitment(Kept):
    """One version of a code, as its association published it; who signed for the operator, and when.

    ``matter`` is the association's number for it, ``dispatch_id`` what is answered.
    """

    title_en = models.CharField(max_length=500, blank=True)
    body = models.CharField(max_length=200, blank=True)
    peer = models.ForeignKey(Peer, models.PROTECT, related_name="+")
    matter = models.CharField(max_length=96, db_index=True)
    dispatch_id = models.CharField(max_length=32)
    code = models.CharField(max_length=64, db_index=True)
    issue = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    clauses = models.JSONField(default=list)
    link = models.CharField(max_length=500, blank=True)
    in_force_from = models.DateTimeField()
    due = models.DateTimeField()
    signed_by = models.CharField(max_length=200, blank=True)
    post = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first; a matter of a peer stands once."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["peer", "matter"], name="commitment_once")
        ]

    @property
    def association(self) -> str:
        """Return whose code it is, by its own words."""
        return self.body or self.peer.title
