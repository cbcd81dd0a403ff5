"""A holder of grants."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.rows import Kept


class Holder(Kept):
    """A post, a service account, or a person: ``key`` is what the door knows it by, ``post:…`` for example.

    ``title`` is its name in Chinese; ``owner`` answers for it and reviews its grants (Art. 13(1)).
    """

    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=128)
    key = models.CharField(max_length=160, unique=True, editable=False)
    title_en = models.CharField(max_length=200)
    administers = models.BooleanField(default=False, editable=False)
    reviewed_only = models.BooleanField(default=False, editable=False)
    """Whether a service account is let in only from a system whose review is in force (Art. 13(5))."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    counted_at = models.DateTimeField(null=True, editable=False)
    counted_whole = models.BooleanField(default=False, editable=False)
    """Whether all of the log was counted then."""

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
