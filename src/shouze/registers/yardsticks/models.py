"""One rule by which handling is watched, as it is set here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.language import Text
from shouze.registers.describing import Choices
from shouze.registers.rows import Kept

RULES: Choices = {
    "volume": Text("一人一日处理次数过多", "Too many uses by one person in a day"),
    "hours": Text("工作时间以外处理", "Handling outside working hours"),
    "elsewhere": Text("在本人场所以外处理", "Handling at another site than one's own"),
    "uncalled": Text("查看了没有来电或到访的用户", "Looking at users who neither called nor came"),
    "refusals": Text("连续被拒绝", "Refused again and again"),
    "decoy": Text("查看了诱饵用户", "Looking at a planted decoy"),
}


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

    @property
    def called(self) -> Text:
        """Return what the rule is called, in both languages."""
        return RULES.get(self.rule) or super().called
