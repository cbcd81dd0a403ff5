"""One attested record: who handled what, when and where, outside the door."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Attested(Kept):
    """A handling outside the door, as somebody attests it; ``title`` is the matter.

    Users are named by their ids at the door, or by their number alone; never by name or number of theirs.
    """

    system = models.CharField(max_length=64)
    actor = models.CharField(max_length=128)
    agent = models.CharField(max_length=128, blank=True)
    at = models.DateTimeField(db_index=True)
    place = models.CharField(max_length=200)
    service = models.CharField(max_length=64, blank=True)
    act = models.CharField(max_length=16)
    items = models.JSONField(default=list, blank=True)
    subjects = models.JSONField(default=list, blank=True)
    subjects_count = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]


class Handled(models.Model):
    """How much the door permitted and refused on one day (Asia/Shanghai), by the index of its records."""

    day = models.DateField(primary_key=True)
    permitted = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    counted_at = models.DateTimeField()
