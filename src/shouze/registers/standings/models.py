"""What registers told last, how each duty stands, and every change of it.

# Invariant: a change is written in the transaction that writes the standing, and never altered.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Told(models.Model):
    """The fact that was told last of a matter (``rules.duty.Fact`` as plain JSON)."""

    matter = models.CharField(max_length=64, primary_key=True)
    fact = models.JSONField()
    at = models.DateTimeField()


class Heard(models.Model):
    """When the registers were listened to last, and when to all of them."""

    name = models.CharField(max_length=16, primary_key=True)
    at = models.DateTimeField()
    whole_at = models.DateTimeField()


class Standing(models.Model):
    """How a duty stands: since when it is breached, by when something is due, when time alone may change it.

    ``stood_since`` is when it was first found in this state; ``evidence`` are ``rules.duty.Evidence`` as plain JSON.
    """

    duty = models.CharField(max_length=64, primary_key=True)
    state = models.CharField(max_length=16)
    since = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    turns = models.DateTimeField(null=True)
    evidence = models.JSONField(default=list)
    stood_since = models.DateTimeField()
    answered_at = models.DateTimeField()


class Change(models.Model):
    """A duty came from one state (at first: none) to another."""

    duty = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    before = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=16)
    since = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    id: int

    class Meta:
        """Read duty by duty."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["duty", "id"], name="change_of_duty")]
