"""A self-inspection: its plan duty by duty, the records drawn by lot, what was found, the signed report."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.language import Text
from shouze.registers.rows import Kept

NAMED = Text("{year} 年度自查", "Self-inspection {year}")
"""What one is called that nobody named."""


class SelfInspection(Kept):
    """One self-inspection of a calendar year (Asia/Shanghai).

    ``plan`` are the duties: id, evidence filled in, result, remark, who judged when, number of the shortcoming.
    ``sample`` are the records drawn, in the order of the draw, judged likewise; ``passed_over`` leaves were drawn that
    were none. ``nonce`` and ``checkpoint`` are what the draw is repeated from (docs/spec/draw.md). ``content`` is the
    digest of plan and sample: history tells by it that, and when, they changed.
    """

    year = models.PositiveSmallIntegerField(db_index=True)
    scope = models.TextField(blank=True)
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    wanted = models.PositiveSmallIntegerField(default=20)
    nonce = models.CharField(max_length=32, blank=True, editable=False)
    checkpoint = models.TextField(blank=True, editable=False)
    drawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    passed_over = models.PositiveIntegerField(default=0, editable=False)
    plan = models.JSONField(default=list, blank=True, editable=False)
    sample = models.JSONField(default=list, blank=True, editable=False)
    content = models.CharField(max_length=64, blank=True, editable=False)
    conclusion = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    @property
    def called(self) -> Text:
        """Return what it is called: as it was named by hand, else by its year in both languages."""
        by_year = NAMED.fill(year=self.year)
        return by_year if self.title == by_year.zh else super().called

    @property
    def left(self) -> int:
        """Return how many duties and records are not judged yet."""
        return sum(not each["result"] for each in (*self.plan, *self.sample))

    @property
    def short(self) -> int:
        """Return how many duties and records fall short."""
        return sum(each["result"] == "short" for each in (*self.plan, *self.sample))
