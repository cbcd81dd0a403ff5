"""The way of counting that was chosen for one kind of matter."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.language import Text
from shouze.registers.rows import Kept

MATTERS: dict[str, Text] = {
    "complaint-answer": Text("答复投诉（第十二条）", "Answering a complaint (Art. 12)"),
    "complaint-handle": Text("办结投诉", "Handling a complaint"),
    "request": Text("办理用户请求（第九条）", "Requests of users (Art. 9)"),
}


class Timing(Kept):
    """For one kind of matter: the way of counting, and at which share of the time whom it warns (percent)."""

    matter = models.CharField(max_length=32, db_index=True)
    counting = models.CharField(max_length=32)
    warn = models.PositiveSmallIntegerField(default=60)
    escalate = models.PositiveSmallIntegerField(default=80)
    because = models.TextField()

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    @property
    def called(self) -> Text:
        """Return what it is for, in both languages."""
        return MATTERS.get(self.matter) or super().called
