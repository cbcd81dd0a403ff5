"""What was found unusual, the counts that it rests on, and how far the log has been watched."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import LONGEST_TITLE, Kept


class Unusual(Kept):
    """One person's or account's handling of one day that exceeds a rule."""

    title_en = models.CharField(max_length=LONGEST_TITLE, blank=True, editable=False)
    rule = models.CharField(max_length=16)
    actor = models.CharField(max_length=256)
    day = models.DateField()
    count = models.PositiveIntegerField()
    most = models.PositiveIntegerField()
    incident = models.CharField(max_length=32, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One of each rule for a person's day."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["rule", "actor", "day"], name="unusual_once")
        ]


class Daily(models.Model):
    """What one actor did on one day (Asia/Shanghai), counted from the records."""

    actor = models.CharField(max_length=256)
    day = models.DateField(db_index=True)
    uses = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    elsewhere = models.PositiveIntegerField(default=0)
    streak = models.PositiveIntegerField(default=0)
    longest = models.PositiveIntegerField(default=0)
    changed = models.BooleanField(default=True, db_index=True)
    id: int

    class Meta:
        """One for each actor and day."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["actor", "day"], name="daily_once")
        ]


class Watched(models.Model):
    """How far the log has been watched: the place of the last record, and when."""

    name = models.CharField(max_length=16, primary_key=True)
    place = models.BigIntegerField(default=-1)
    at = models.DateTimeField(null=True)
