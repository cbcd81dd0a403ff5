"""A member before a version of a code."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class Pledge(Kept):
    """One version (``code``, its number) before one member; ``digest`` is of the text that it pledges itself to."""

    code = models.CharField(max_length=32, db_index=True)
    name = models.CharField(max_length=64)
    issue = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    peer = models.ForeignKey(Peer, models.PROTECT, related_name="+")
    due = models.DateTimeField()
    dispatch = models.CharField(max_length=64, blank=True)
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    pledged_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=500, blank=True)
    post = models.CharField(max_length=500, blank=True)
    says = models.CharField(max_length=500, blank=True)

    class Meta:
        """Newest first; a member stands once before each version."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code", "peer"], name="pledge_once")
        ]
