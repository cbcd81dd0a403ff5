"""An order that the authority issues."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Issued(Kept):
    """What is required of whom, why; for a suspension what it covers, as words between commas; how it was obeyed.

    ``document`` is the order's number; ``proof`` is the operator's, and ``proved_at`` when its log says that the order
    was in force, once this installation has verified that itself.
    """

    kind = models.CharField(max_length=16)
    to = models.CharField(max_length=128)
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    report = models.CharField(max_length=32, blank=True, db_index=True)
    matter = models.CharField(max_length=96, blank=True, editable=False, db_index=True)
    document = models.CharField(max_length=128, unique=True)
    body = models.CharField(max_length=120)
    body_en = models.CharField(max_length=120, blank=True)
    because = models.CharField(max_length=500)
    because_en = models.CharField(max_length=500, blank=True)
    services = models.CharField(max_length=500, blank=True)
    purposes = models.CharField(max_length=500, blank=True)
    actions = models.CharField(max_length=500, blank=True)
    items = models.CharField(max_length=500, blank=True)
    agents = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    dispatch = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    served_at = models.DateTimeField(null=True, editable=False)
    in_force = models.DateTimeField(null=True, editable=False)
    proved_at = models.DateTimeField(null=True, editable=False)
    proof = models.TextField(blank=True, editable=False)
    proof_problem = models.CharField(max_length=300, blank=True, editable=False)
    contested = models.TextField(blank=True, editable=False)
    lifted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
