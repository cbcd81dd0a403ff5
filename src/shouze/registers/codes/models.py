"""One version of a code of self-discipline."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Code(Kept):
    """One version of a code: ``name`` is the code's id, ``issue`` counts its versions.

    ``text`` and ``text_en`` are its clauses as they are written, ``clauses`` as they are read. ``edition`` counts what
    was published of this version (its adoption, its end), ``digest`` is the SHA-256 of the newest such text, and
    ``adopted_digest`` that of the text that members pledge themselves to.
    """

    name = models.SlugField(max_length=64, db_index=True)
    issue = models.PositiveIntegerField(default=1, editable=False)
    title_en = models.CharField(max_length=200)
    body = models.CharField(max_length=200)
    body_en = models.CharField(max_length=200)
    text = models.TextField()
    text_en = models.TextField()
    clauses = models.JSONField(default=list, editable=False)
    meeting = models.CharField(max_length=200, blank=True)
    adopted_on = models.DateField(null=True, blank=True)
    in_force_from = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, editable=False)
    superseded_by = models.CharField(max_length=32, blank=True, editable=False)
    edition = models.PositiveIntegerField(default=0, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    adopted_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        """Newest first; a version stands once."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "issue"], name="code_once")
        ]
