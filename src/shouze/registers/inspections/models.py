"""A remote inspection."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.link.inspecting import WORDS, Fault
from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Inspection(Kept):
    """Whose log, why, how many records; the checkpoint held, the nonce chosen after it, what was drawn and found."""

    to = models.CharField(max_length=128)
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, editable=False, related_name="+")
    because = models.TextField()
    count = models.PositiveIntegerField(default=20)
    fields = models.CharField(max_length=400, blank=True)
    matter = models.CharField(max_length=96, blank=True, editable=False, db_index=True)
    checkpoint = models.TextField(blank=True, editable=False)
    size = models.PositiveBigIntegerField(null=True, editable=False)
    nonce = models.CharField(max_length=128, blank=True, editable=False)
    drawn_at = models.DateTimeField(null=True, editable=False)
    delivered_at = models.DateTimeField(null=True, editable=False)
    examined = models.PositiveIntegerField(null=True, editable=False)
    found = models.JSONField(default=list, editable=False)
    contradiction = models.TextField(blank=True, editable=False)
    key_name = models.CharField(max_length=64, blank=True, editable=False)
    key_wrapped = models.BinaryField(default=b"", editable=False)
    key_sealed = models.BinaryField(default=b"", editable=False)
    """The key that opens what this inspection is shown of private fields, sealed as letters are."""
    openings = models.CharField(max_length=64, blank=True, editable=False)
    no_fee = models.BooleanField(null=True)
    not_hindered = models.BooleanField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    @property
    def discrepancies(self) -> str:
        """Return what was found, a line each."""
        return "\n".join(f"{WORDS[Fault(fault)].zh} · {fault} · {place}" for fault, place in self.found)
