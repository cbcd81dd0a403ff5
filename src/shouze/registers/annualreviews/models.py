"""The annual review of one operator: asked, answered, looked into, concluded."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept

ANNUAL, LICENSING = "annual", "licensing"


class AnnualReview(Kept):
    """Of an operator (its number in the register of operators) the year that is told of, or its first licensing.

    ``counts`` is how many duties stand in each state by the operator's own answer; ``packs`` what each evidence pack
    that came with it is worth (``evidence.Pack``); ``drawn`` is why it is looked into.
    """

    operator = models.CharField(max_length=32, db_index=True)
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    occasion = models.CharField(max_length=16, default=ANNUAL)
    year = models.PositiveIntegerField(db_index=True)
    due = models.DateTimeField()
    dispatch = models.CharField(max_length=64, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    late = models.BooleanField(default=False, editable=False)
    says = models.TextField(blank=True, editable=False)
    counts = models.JSONField(default=dict, editable=False)
    packs = models.JSONField(default=list, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    drawn = models.CharField(max_length=16, blank=True, editable=False, db_index=True)
    draw = models.CharField(max_length=32, blank=True, editable=False)
    finding = models.TextField(blank=True)
    verdict = models.CharField(max_length=16, blank=True)
    checked_at = models.DateTimeField(null=True, editable=False)
    result = models.CharField(max_length=16, blank=True)
    conditions = models.TextField(blank=True)
    concluded_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first; of a year each operator has one."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["operator", "year", "occasion"], name="annual_review_once")
        ]
