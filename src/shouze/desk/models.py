"""What the desk keeps for itself: the numbers of assertions that it has heard, and what staff ended for users."""

from __future__ import annotations

from django.db import models


class Heard(models.Model):
    """The number of an assertion that was heard; it serves once, and is forgotten when nobody takes it any more."""

    number = models.CharField(max_length=128, primary_key=True)
    until = models.DateTimeField(db_index=True)


class Ended(models.Model):
    """That staff ended a user's service, until the portal takes it over for whoever has the link.

    ``token`` is the digest of the link's secret, which only the user has; ``held`` names items, purposes and moments.
    """

    token = models.CharField(max_length=64, primary_key=True)
    subject = models.CharField(max_length=26, db_index=True)
    service = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    held = models.JSONField(default=list)
    recipients = models.JSONField(null=True)
    """To whom copies were given; null where the log could not be asked."""
    record = models.JSONField(null=True)
    """Where the log has that it was asked."""
    until = models.DateTimeField(db_index=True)
