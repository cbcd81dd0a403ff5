"""An operator under an instruction."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.delivery import Served
from shouze.registers.instructions.models import Instruction
from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept

OPEN = ("overdue", "unserved", "served", "acknowledged", "reported")
"""The states in which something is owed, by the operator or by the authority."""


class Instructed(Kept, Served):
    """Which instruction (``document`` is its number), which operator, how it was served, how far it is.

    Its terms are the instruction's, until more time is given where something was lacking.
    """

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="instructed")
    document = models.CharField(max_length=128, db_index=True)
    operator = models.CharField(max_length=32, db_index=True)
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    dispatch = models.CharField(max_length=64, blank=True, editable=False)
    acknowledge_by = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField(db_index=True)
    acknowledged_at = models.DateTimeField(null=True, editable=False)
    reported_at = models.DateTimeField(null=True, editable=False)
    says = models.TextField(blank=True)
    late = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first; an operator stands once under each."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["instruction", "operator"], name="instructed_once")
        ]
