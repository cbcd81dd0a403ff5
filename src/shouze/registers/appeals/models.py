"""A complaint to the authority."""

from __future__ import annotations

from django.db import models

from shouze.registers.letters.models import SealKey
from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Appeal(Kept):
    """Against whom, about what, when it came; who complains and what they wrote is sealed under a key of its own."""

    channel = models.CharField(max_length=16)
    operator_name = models.CharField(max_length=200)
    operator = models.CharField(max_length=32, blank=True, db_index=True)
    operator_number = models.CharField(max_length=60, blank=True)
    matter = models.CharField(max_length=16)
    complained_on = models.DateField(null=True, blank=True)
    received_at = models.DateTimeField()
    agreed = models.BooleanField(default=False)
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField(default=b"")
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, blank=True, related_name="+")
    summary = models.TextField(blank=True)
    transferred_at = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    dispatch = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    late = models.BooleanField(default=False)
    outcome = models.CharField(max_length=16, blank=True)
    case = models.CharField(max_length=32, blank=True)
    told_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
