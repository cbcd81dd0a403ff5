"""One version of a house rule."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.rows import Kept


class Procedure(Kept):
    """One version of a house rule: ``name`` is the rule's id, ``edition`` counts its versions.

    ``text`` is CommonMark; where it is empty, the documents attached to the row are the rule. ``digest`` is SHA-256
    (hex) of the text, or of the documents' digests one after another. ``posts`` and ``agents`` say who reads it;
    neither named: all of the operator's own.
    """

    name = models.SlugField(max_length=64, db_index=True)
    edition = models.PositiveIntegerField(default=1, editable=False)
    title_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)
    text = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    posts = models.JSONField(default=list, blank=True)
    agents = models.JSONField(default=list, blank=True)
    read_days = models.PositiveSmallIntegerField(default=14)
    review_months = models.PositiveSmallIntegerField(default=12)
    in_force_from = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first; a version stands once."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "edition"], name="procedure_once")
        ]
