"""A visit on the spot, and what either side says of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.delivery import Served
from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept

ATTESTED, CONTESTED = "attested", "contested"
UPHELD, DISMISSED = "upheld", "dismissed"


class Visit(Kept, Served):
    """Whom, why, where, when; who came; what was seen and taken; the two statements, by the officers and the operator.

    ``officers`` are lines of name and identification number, ``taken`` lines of one thing each. ``notice`` and
    ``dispatch`` are the SHA-256 of the notice and of the record as they were sent; of a notice on paper, of ``paper``,
    which is what it says. ``says_…`` is what the operator
    says: attested, contested, or nothing; ``above_…`` what the next higher authority found of the operator's denial.
    """

    to = models.CharField(max_length=128, blank=True)
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    operator_name = models.CharField(max_length=200, blank=True)
    basis = models.TextField()
    place = models.CharField(max_length=200)
    planned_at = models.DateTimeField()
    unannounced = models.CharField(max_length=300, blank=True)
    officers = models.TextField()
    announced_at = models.DateTimeField(null=True, editable=False)
    paper = models.JSONField(default=dict, editable=False)
    notice = models.CharField(max_length=64, blank=True, editable=False)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    seen = models.TextField(blank=True)
    taken = models.TextField(blank=True)
    no_fee = models.BooleanField(null=True)
    not_hindered = models.BooleanField(null=True)
    recorded_at = models.DateTimeField(null=True, editable=False)
    dispatch = models.CharField(max_length=64, blank=True, editable=False)
    answer_by = models.DateTimeField(null=True, editable=False)
    says_no_fee = models.CharField(max_length=16, blank=True)
    says_not_hindered = models.CharField(max_length=16, blank=True)
    comment = models.TextField(blank=True)
    signed_by = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    above_no_fee = models.CharField(max_length=16, blank=True, editable=False)
    above_not_hindered = models.CharField(max_length=16, blank=True, editable=False)
    above = models.TextField(blank=True, editable=False)
    above_at = models.DateTimeField(null=True, editable=False)
    orders = models.JSONField(default=list, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
