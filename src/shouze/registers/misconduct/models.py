"""A report of misconduct."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.letters.models import SealKey
from shouze.registers.peers.models import Peer
from shouze.registers.rows import LONGEST_TITLE, Kept


class Misconduct(Kept):
    """What kind, about whom, what came of it; who reports and what they wrote is sealed under a key of its own.

    ``concerned`` has everybody whom the report names or mentions, each id between commas: they never see it. ``above``:
    it is about a head, and only the next higher authority sees it. ``keeper`` works on it. ``tag`` is a keyed digest
    of the code by which the reporter, whoever that is, hears what came of it.
    """

    title_en = models.CharField(max_length=LONGEST_TITLE, blank=True, editable=False)
    channel = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    received_at = models.DateTimeField()
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField(default=b"")
    tag = models.CharField(max_length=64, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    concerned = models.TextField(default=",")
    above = models.BooleanField(default=False)
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    peer = models.ForeignKey(Peer, models.PROTECT, null=True, blank=True, related_name="+")
    matter = models.CharField(max_length=96, blank=True)
    dispatch = models.CharField(max_length=64, blank=True)
    put_at = models.DateTimeField(null=True, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    finding = models.CharField(max_length=16, blank=True)
    found_because = models.TextField(blank=True)
    found_at = models.DateTimeField(null=True, blank=True)
    measure = models.CharField(max_length=16, blank=True)
    measures = models.TextField(blank=True)
    measured_at = models.DateTimeField(null=True, blank=True)
    referred_to = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    referred_at = models.DateTimeField(null=True, blank=True)
    told = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
