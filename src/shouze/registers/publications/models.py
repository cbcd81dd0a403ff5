"""One place where rules are shown."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Publication(Kept):
    """One place where a service's rules are shown, since when, in which version (``digest``).

    ``url`` is where a copy on the web is fetched; ``probed_at`` and ``problem`` say what came of it. A copy at
    premises is looked at by people every ``check_days`` days, last at ``checked_at``.
    """

    service = models.SlugField(max_length=64, db_index=True)
    place = models.CharField(max_length=16, db_index=True)
    url = models.URLField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)
    shown_version = models.PositiveIntegerField(null=True, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    check_days = models.PositiveSmallIntegerField(default=90)
    checked_at = models.DateTimeField(null=True, blank=True)
    probed_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
