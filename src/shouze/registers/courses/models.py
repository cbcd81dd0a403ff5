"""One version of a course."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Course(Kept):
    """One version of a course: ``name`` is the course's id, ``edition`` counts its versions.

    ``text`` holds its pages and questions as ``courses.content`` reads them, ``text_en`` the same in English, if any.
    ``guards`` lets grants need its certificate, which the door is then told of.
    """

    name = models.SlugField(max_length=64, db_index=True)
    edition = models.PositiveIntegerField(default=1, editable=False)
    title_en = models.CharField(max_length=200)
    topics = models.JSONField(default=list)
    text = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    pass_percent = models.PositiveSmallIntegerField(default=80)
    attempts = models.PositiveSmallIntegerField(default=3)
    days = models.PositiveSmallIntegerField(default=30)
    valid_months = models.PositiveSmallIntegerField(default=12)
    guards = models.BooleanField(default=False)
    posts = models.JSONField(default=list, blank=True)
    agents = models.JSONField(default=list, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first; a version stands once."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "edition"], name="course_once")
        ]
