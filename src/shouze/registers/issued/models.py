"""An order that the authority issues."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.delivery import Served
from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Issued(Kept, Served):
    """What is required of whom, why; for a suspension what it covers, as words between commas; how it was obeyed.

    ``document`` is the order's number; ``proof`` is the operator's, and ``proved_at`` when its log says that the order
    was in force, once this installation has verified that itself. An order on paper has no peer: ``paper`` is what it
    says, as signed, and ``digest`` the SHA-256 of that. ``days`` is a term that begins with its service.
    """

    kind = models.CharField(max_length=16)
    to = models.CharField(max_length=128, blank=True)
    operator = models.CharField(max_length=200, blank=True, db_index=True)
    operator_name = models.CharField(max_length=200, blank=True, editable=False)
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    report = models.CharField(max_length=32, blank=True, db_index=True)
    matter = models.CharField(max_length=96, blank=True, editable=False, db_index=True)
    document = models.CharField(max_length=128, unique=True)
    body = models.CharField(max_length=120)
    body_en = models.CharField(max_length=120, blank=True)
    because = models.TextField(max_length=5000)
    because_en = models.CharField(max_length=500, blank=True)
    duties = models.JSONField(default=list, blank=True)
    services = models.CharField(max_length=500, blank=True)
    purposes = models.CharField(max_length=500, blank=True)
    actions = models.CharField(max_length=500, blank=True)
    items = models.CharField(max_length=500, blank=True)
    agents = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    answer_to = models.CharField(max_length=300, blank=True)
    signed_at = models.DateTimeField(null=True, editable=False)
    paper = models.JSONField(default=dict, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    dispatch = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    in_force = models.DateTimeField(null=True, editable=False)
    proved_at = models.DateTimeField(null=True, editable=False)
    proof = models.TextField(blank=True, editable=False)
    proof_problem = models.CharField(max_length=300, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    says = models.TextField(blank=True)
    late = models.BooleanField(default=False, editable=False)
    contested = models.TextField(blank=True)
    lifted_at = models.DateTimeField(null=True, editable=False)
    lifted_because = models.CharField(max_length=500, blank=True, editable=False)
    told_lifted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    @property
    def on_paper(self) -> bool:
        """Tell whether it is served on paper: no dispatches go to its operator."""
        return self.peer_id is None
