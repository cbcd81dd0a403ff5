"""An incident, what was done about it, and what is frozen for it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from shouze.language import Text
from shouze.registers.rows import Kept

TARGETS: dict[str, Text] = {
    "account": Text("用户账号", "A user's account"),
    "actor": Text("人员", "A person"),
    "agent": Text("代理人", "An agent"),
    "item": Text("信息项", "An item"),
    "action": Text("处理方式（如导出）", "An action, such as export"),
    "service": Text("整项业务", "A whole service"),
}


class Incident(Kept):
    """An incident, suspected or real.

    ``frozen`` lists what was frozen at the door: target, name (a user by id alone), service, since, until.
    ``lessons`` list text, owner (work number), due, done. ``serious_since``: of one that was graded lower before, when
    it was found to be serious.
    """

    kind = models.CharField(max_length=16)
    certainty = models.CharField(max_length=16, default="suspected")
    found_by = models.CharField(max_length=16, default="staff")
    detected_at = models.DateTimeField()
    happened_since = models.DateTimeField(null=True, blank=True)
    happened_until = models.DateTimeField(null=True, blank=True)
    story = models.TextField()
    items = models.JSONField(default=list, blank=True)
    house_hours = models.PositiveSmallIntegerField(null=True, blank=True)

    measures = models.JSONField(default=list, blank=True)
    first_measure_at = models.DateTimeField(null=True, blank=True)
    contained_at = models.DateTimeField(null=True, blank=True)
    frozen = models.JSONField(default=list, blank=True)

    scope = models.CharField(max_length=500, blank=True)
    affected_uses = models.PositiveBigIntegerField(null=True, blank=True)
    affected_subjects = models.PositiveBigIntegerField(null=True, blank=True)
    affected_days = models.JSONField(default=list, blank=True)
    affected_items = models.JSONField(default=list, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)

    grade = models.CharField(max_length=16, blank=True)
    criteria = models.JSONField(default=list, blank=True)
    grade_because = models.TextField(blank=True)
    graded_at = models.DateTimeField(null=True, blank=True)
    serious_since = models.DateTimeField(null=True, editable=False)

    report_to = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    consequences = models.TextField(blank=True)
    reporter = models.CharField(max_length=200, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    reported_by_dispatch = models.CharField(max_length=128, blank=True, editable=False)
    report_receipt = models.CharField(max_length=120, blank=True)

    notice = models.TextField(blank=True)
    notice_channel = models.CharField(max_length=200, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)
    notice_waived = models.TextField(blank=True)

    cause = models.TextField(blank=True)
    lessons = models.JSONField(default=list, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    @property
    def frozen_now(self) -> list[str]:
        """Return what is frozen, for the history: a user's account by its service alone."""
        return [_named(each) for each in self.frozen if not each["until"]]

    @property
    def lessons_told(self) -> list[str]:
        """Return the lessons with their owners, for the history."""
        return [f"{'✓' if each['done'] else '○'} {each['text']}（{each['owner']}）" for each in self.lessons]


def _named(each: dict[str, Any]) -> str:
    return f"{TARGETS[each['target']].zh} {each['service'] if each['target'] == 'account' else each['name']}"
