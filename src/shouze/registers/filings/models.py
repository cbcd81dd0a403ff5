"""A network unit as it was filed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Filing(Kept):
    """Whose unit (``title``) at which grade, its filing number and day; what the authority says to it.

    ``reference`` is its number at the operator; ``late``: it was filed later than Order 11 gives after its grading.
    """

    operator = models.CharField(max_length=32, db_index=True)
    operator_name = models.CharField(max_length=200, blank=True)
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    reference = models.CharField(max_length=120, blank=True, db_index=True)
    grade = models.PositiveSmallIntegerField()
    filing = models.CharField(max_length=120)
    graded_at = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True, editable=False)
    late = models.BooleanField(default=False)
    question = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    dispatch = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
