"""What a person is asked to explain."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.misconduct.models import Misconduct
from shouze.registers.rows import LONGEST_TITLE, Kept


class Explanation(Kept):
    """What is put before whom, until when, and their answer; the report itself they never see."""

    title_en = models.CharField(max_length=LONGEST_TITLE, blank=True, editable=False)
    report = models.ForeignKey(Misconduct, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    said = models.TextField()
    due = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
