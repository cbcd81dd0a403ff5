"""One rule by which handling is watched, as it is set here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Yardstick(Kept):
    """A rule: how many of a day are still usual, working hours, decoys (subjects' ids), whether it is watched."""

    rule = models.CharField(max_length=16, unique=True)
    most = models.PositiveIntegerField(default=0)
    from_hour = models.PositiveSmallIntegerField(default=7)
    to_hour = models.PositiveSmallIntegerField(default=22)
    decoys = models.TextField(blank=True)
    watched = models.BooleanField(default=True)

    class Meta:
        """In the order they were made."""

        ordering: ClassVar[list[str]] = ["id"]
