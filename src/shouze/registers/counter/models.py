"""One call or visit of a user."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.rows import LONGEST_TITLE, Kept


class Call(Kept):
    """A call or visit: for which service and purpose, about which subject (an id alone), how they were verified.

    # Invariant: no value of the user is kept here: not what found them, not what verified them, not what was shown.
    """

    title_en = models.CharField(max_length=LONGEST_TITLE, blank=True, editable=False)
    channel = models.CharField(max_length=16)
    service = models.CharField(max_length=64)
    purpose = models.CharField(max_length=64)
    subject = models.CharField(max_length=26)
    found_with = models.CharField(max_length=64)
    site = models.CharField(max_length=128, blank=True)
    served_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verified_with = models.CharField(max_length=64, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=64, blank=True, editable=False)
    """A keyed digest of the one-time code; the code itself is nowhere."""
    code_until = models.DateTimeField(null=True, blank=True)
    seen = models.JSONField(default=list, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
