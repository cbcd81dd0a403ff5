"""A withdrawal from a case."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Withdrawal(Kept):
    """Who is to withdraw from which case (its number), who asked and why; ``tie`` is the number of one declared."""

    case = models.CharField(max_length=32, db_index=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.CharField(max_length=16)
    ground = models.TextField(blank=True)
    tie = models.CharField(max_length=32, blank=True)
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    dispatch = models.CharField(max_length=64, blank=True, editable=False)
    because = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first; looked up by who withdraws."""

        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["officer", "case"], name="withdrawal_of_person")]
