"""A recipient of personal information, as it was agreed with it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Recipient(Kept):
    """Who receives what: the id that the rules declare it by (of one service), items, purposes, ground, term.

    ``title`` is its name in Chinese. Rows stay, ended ones too: provision is to be shown for three years at least.
    """

    service = models.CharField(max_length=64, db_index=True)
    recipient = models.SlugField(max_length=64)
    title_en = models.CharField(max_length=200)
    contact = models.CharField(max_length=200, blank=True)
    purposes = models.JSONField(default=list)
    items = models.JSONField(default=list)
    ground = models.CharField(max_length=16)
    instrument = models.CharField(max_length=64, blank=True)
    article = models.CharField(max_length=40, blank=True)
    manner = models.TextField(blank=True)
    contract = models.CharField(max_length=120, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    abroad = models.BooleanField(default=False)
    country = models.CharField(max_length=80, blank=True)
    abroad_ground = models.CharField(max_length=24, blank=True)
    abroad_reference = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first; found by what the rules call it."""

        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["service", "recipient"], name="recipient_declared")
        ]

    @property
    def about(self) -> str:
        """Return what an impact assessment calls this provision."""
        return f"recipient:{self.service}/{self.recipient}"
