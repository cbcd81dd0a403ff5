"""An agent, and what was found when it was looked at."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Agent(Kept):
    """An agent: contract, tasks and items, verdict of the last assessment, when it is supervised next.

    ``name`` is the id that the door knows it by; ``title`` its name in Chinese.
    """

    name = models.SlugField(max_length=64, unique=True)
    title_en = models.CharField(max_length=200)
    contact = models.CharField(max_length=200, blank=True)
    contract = models.CharField(max_length=120)
    contract_since = models.DateTimeField()
    contract_until = models.DateTimeField()
    tasks = models.TextField()
    services = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    purposes = models.JSONField(default=list, blank=True)
    items = models.JSONField(default=list, blank=True)
    sites = models.CharField(max_length=500, blank=True)
    course = models.SlugField(max_length=64, blank=True)
    """The course whose certificate its staff need at the door, if any."""
    sub_entrustment = models.CharField(max_length=16, default="forbidden")
    fit_until = models.DateTimeField(null=True, blank=True)
    supervised_at = models.DateTimeField(null=True, blank=True)
    supervision_months = models.PositiveSmallIntegerField(default=6)
    unfit_because = models.TextField(blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    grants = models.JSONField(default=list, blank=True)
    """Grants taken over as they were, where an agent had more than one when it was imported."""

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
