"""One version of a service's rules, from its first draft until it is replaced; and counts of consents."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from shouze.registers.rows import Kept


class DeclarationRow(Kept):
    """The rules for collecting and using of one service, in one version.

    ``title`` is the service's name in Chinese. ``content`` is a ``rules.declaration.Declaration`` as plain JSON; a
    draft may still lack parts of it, and then has no ``digest``. ``published_version`` is the door's number.
    """

    service = models.SlugField(max_length=64, db_index=True)
    title_en = models.CharField(max_length=200)
    content = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    published_version = models.PositiveIntegerField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]


class ConsentCount(models.Model):
    """A count of consents at the door: how far it came, and what it found so far.

    ``tallies`` are rows of (service, purpose, version, standing, withdrawn); ``after`` names where to go on, None at
    the end; ``share`` is the share of all ids passed.
    """

    at = models.DateTimeField(default=timezone.now)
    after = models.CharField(max_length=26, null=True)
    subjects = models.PositiveBigIntegerField(default=0)
    share = models.FloatField(default=0.0)
    tallies = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True)
    id: int
