"""A matter between two authorities, as either of them keeps it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Referral(Kept):
    """To or from whom (``direction`` out or in), for what purpose, what it says, and what became of it there.

    ``about`` is the number of the row here that it comes from; ``number_there`` the number that the other side gave it.
    ``figures`` are those of ``year``: heading, label, value.
    """

    direction = models.CharField(max_length=8, default="out", editable=False)
    to = models.CharField(max_length=128, blank=True)
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    purpose = models.CharField(max_length=16)
    matter = models.CharField(max_length=96, blank=True, editable=False, db_index=True)
    about = models.CharField(max_length=32, blank=True, db_index=True)
    operator_name = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    facts = models.TextField()
    asked = models.TextField(blank=True)
    due = models.DateTimeField(null=True, blank=True)
    year = models.PositiveIntegerField(null=True, blank=True)
    figures = models.JSONField(default=list, editable=False)
    number_there = models.CharField(max_length=500, blank=True)
    words = models.TextField(blank=True)
    dispatch = models.CharField(max_length=64, blank=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    @property
    def other(self) -> str:
        """Return the other authority, as dispatches name it."""
        return self.peer.party if self.peer else self.to
