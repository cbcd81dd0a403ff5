"""A batch of apps that are tested together, and named together if they do not correct."""

from __future__ import annotations

from django.db import models

from shouze.registers.rows import Kept


class Batch(Kept):
    """The notice (``title``), its number in the year and in all, who issues it, who tested, until when."""

    batch_no = models.CharField(max_length=40)
    total_no = models.PositiveIntegerField(null=True, blank=True)
    body = models.CharField(max_length=200)
    tested_by = models.CharField(max_length=200, blank=True)
    laws = models.JSONField(default=list)
    contact = models.CharField(max_length=200, blank=True)
    order_due = models.DateTimeField(null=True, blank=True)
    ordered_at = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    apps_found = models.PositiveIntegerField(default=0)
    apps_named = models.PositiveIntegerField(default=0)
    edition = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
