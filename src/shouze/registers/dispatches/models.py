"""A dispatch as it is kept: the signed text, what it says, where it stands in its matter, the receipt for it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.dispatches.telling import told
from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept

CONFIDENTIAL = ("misconduct-report", "misconduct-outcome")
"""Kinds that the authority's people read in their own register alone, if at all: they may be about whoever reads."""


class DispatchRow(Kept):
    """One dispatch, out or in; ``signed`` never changes.

    # Invariant: of one peer, direction and matter each place stands once, and so does each dispatch's id.
    """

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="dispatches")
    direction = models.CharField(max_length=3)
    kind = models.CharField(max_length=48, db_index=True)
    matter = models.CharField(max_length=96, db_index=True)
    sequence = models.PositiveBigIntegerField()
    dispatch_id = models.CharField(max_length=32, db_index=True)
    in_reply_to = models.CharField(max_length=32, blank=True)
    dated = models.DateTimeField()
    sha256 = models.CharField(max_length=64, db_index=True)
    signed = models.TextField()
    body = models.JSONField(default=dict)
    about = models.CharField(max_length=64, blank=True, db_index=True)
    due = models.DateTimeField(null=True, blank=True)
    receipt = models.TextField(blank=True)
    receipted_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=64, blank=True)

    class Meta:
        """Newest first; what waits to go out."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["peer", "direction", "dispatch_id"], name="dispatch_once"),
            models.UniqueConstraint(fields=["peer", "direction", "matter", "sequence"], name="dispatch_in_place"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "peer", "id"], name="dispatch_waiting"),
        ]

    @property
    def other(self) -> str:
        """Return the other side's name."""
        return self.peer.title

    @property
    def says(self) -> str:
        """Return what it says, as lines for people."""
        return told(self.body)
