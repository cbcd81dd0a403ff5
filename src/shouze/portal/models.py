"""What the portal keeps for itself: who is signed in, codes under way, tries, hand-overs, partings and certificates.

# Invariant: no value of a user stands here in clear, and nothing that opens one: identifiers and codes are kept as
# keyed digests, sign-ins as the digest of a secret that only the browser has.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone


class Visit(models.Model):
    """One sign-in of one subject: by which way, until when; ``name`` is how the door's records call it."""

    token = models.CharField(max_length=64, unique=True)
    subject = models.CharField(max_length=26, db_index=True)
    name = models.CharField(max_length=40)
    way = models.CharField(max_length=80)
    begun_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    id: int


class Code(models.Model):
    """A one-time code under way: for which browser, to whom, until when, how often it was tried.

    ``subject`` is empty where nobody was found or nothing was sent; the code then never fits.
    """

    handle = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=32)
    item = models.CharField(max_length=64)
    holder = models.CharField(max_length=64, db_index=True)
    sealed = models.TextField(blank=True)
    """The identifier, encrypted under a key of which the browser's handle is a part."""
    subject = models.CharField(max_length=26, blank=True)
    code = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    id: int


class Attempt(models.Model):
    """That something limited was tried: what, by whom (a keyed digest), when."""

    kind = models.CharField(max_length=24)
    who = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    id: int

    class Meta:
        """Counted by kind and who, since a moment."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "who", "at"], name="attempt_recent")]


class Spent(models.Model):
    """The number of a hand-over that was used; it serves once."""

    issuer = models.CharField(max_length=128)
    number = models.CharField(max_length=128)
    until = models.DateTimeField(db_index=True)
    id: int

    class Meta:
        """A number serves once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["issuer", "number"], name="spent_once")
        ]


class Parting(models.Model):
    """That somebody left a service, for whoever holds the link to it: what ends when, and the certificate once it did.

    ``token`` is the digest of the link's secret, which only whoever left has; ``plan`` names items, purposes and
    moments. ``subject`` is emptied once the door holds nothing more of theirs for the service.
    """

    token = models.CharField(max_length=64, unique=True)
    number = models.CharField(max_length=24, unique=True)
    subject = models.CharField(max_length=26, blank=True, db_index=True)
    name = models.CharField(max_length=40)
    """How the door's records call whoever comes by the link."""
    service = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    plan = models.JSONField()
    copies = models.JSONField(null=True)
    """To which recipients copies were given; null where the log could not be asked."""
    record = models.JSONField(null=True)
    """Where the log has that it was asked."""
    certificate = models.TextField(blank=True)
    next_at = models.DateTimeField(null=True)
    """When the door is asked again; null once nothing more will change."""
    undone_at = models.DateTimeField(null=True)
    until = models.DateTimeField(db_index=True)
    """How long the link works."""
    id: int
