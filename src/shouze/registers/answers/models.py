"""A template of an answer, in its present edition; earlier editions stand in its history."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Template(Kept):
    """What is written in which kind of letter; ``{number}``, ``{received}``, ``{due}``, ``{service}`` are filled in."""

    kind = models.CharField(max_length=16, db_index=True)
    edition = models.PositiveIntegerField(default=1)
    text_zh = models.TextField()
    text_en = models.TextField()

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
