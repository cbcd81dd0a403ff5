"""A program's way into the registers, without its secret."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from shouze.registers.rows import Kept


class Program(Kept):
    """In whose name a program reads or acts, in which registers, until when.

    ``person`` acts through it, or answers for it where ``service`` names an account. Of the token only ``digest`` is
    kept, its SHA-256 in hex; ``secret`` is the token itself, in memory of the act that made it and nowhere else.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="programs")
    service = models.CharField(max_length=160, blank=True)
    reads = models.JSONField(default=list, blank=True)
    acts = models.JSONField(default=list, blank=True)
    until = models.DateTimeField()
    why = models.TextField()
    digest = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)
    secret: str = ""

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]


class Answered(models.Model):
    """What a program was answered to a request with an ``Idempotency-Key``, for a day, to say it again."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="answered")
    key = models.CharField(max_length=100)
    asked = models.CharField(max_length=64)
    """SHA-256, in hex, of method, path and body."""
    status = models.PositiveSmallIntegerField(default=0)
    body = models.BinaryField(default=b"")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        """A key serves once for a program."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["program", "key"], name="answered_once")
        ]
