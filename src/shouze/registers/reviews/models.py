"""A grant under review."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.language import Text
from shouze.registers.rows import LONGEST_TITLE, Kept

OPEN = "open"
STATES = {
    OPEN: Text("待决定", "To be decided"),
    "kept": Text("保留", "Kept"),
    "narrowed": Text("收窄", "Narrowed"),
    "withdrawn": Text("撤回", "Withdrawn"),
    "moot": Text("已无须决定", "No longer in force"),
}


class Review(Kept):
    """One grant in a campaign (both by their numbers), who decides, by when, and how it looked when it was drawn up."""

    title_en = models.CharField(max_length=LONGEST_TITLE, blank=True, editable=False)
    campaign = models.CharField(max_length=32, db_index=True)
    grant = models.CharField(max_length=32, db_index=True)
    holder = models.CharField(max_length=160)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due = models.DateTimeField()
    exercise = models.CharField(max_length=16, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
