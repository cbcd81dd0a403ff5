"""An app that is tested and, if it does not correct, named in a public notice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class NamedApp(Kept):
    """App (``title``), notice, developer, what was found; ``articles`` follow from ``problems`` by the mapping."""

    notice = models.CharField(max_length=200, db_index=True)
    authority = models.CharField(max_length=200, blank=True)
    dated = models.DateField(null=True, blank=True, db_index=True)
    seq = models.CharField(max_length=16, blank=True)
    filing_no = models.CharField(max_length=60, blank=True)
    developer = models.CharField(max_length=200, blank=True, db_index=True)
    source = models.CharField(max_length=200, blank=True)
    app_version = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=60, blank=True)
    problems = models.JSONField(default=list, blank=True)
    articles = models.JSONField(default=list, blank=True)
    unmapped = models.JSONField(default=list, blank=True)
    operator = models.CharField(max_length=32, blank=True, db_index=True)
    batch = models.CharField(max_length=32, blank=True, db_index=True)
    due = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    found = models.TextField(blank=True)

    class Meta:
        """An app stands once in a notice, from each source in each version; newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["notice", "title", "developer", "source", "app_version"], name="named_once")
        ]
