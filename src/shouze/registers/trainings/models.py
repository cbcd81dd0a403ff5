"""A course before one person."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.language import Text
from shouze.registers.courses.models import Course
from shouze.registers.rows import LONGEST_TITLE, Kept

STATES = {
    "assigned": Text("待完成", "To be passed"),
    "passed": Text("证书有效", "Certificate valid"),
    "failed": Text("未通过，次数已用完", "Failed, no attempts left"),
    "expired": Text("证书已到期", "Certificate over"),
    "waived": Text("免于参加", "Let off"),
    "ended": Text("不再要求", "No longer asked for"),
}


class Training(Kept):
    """One course (by its id) before one person: until when, attempts used, best and last score, certificate.

    ``passed_at`` to ``valid_until`` is the certificate's term, ``edition`` the version that was passed.
    """

    title_en = models.CharField(max_length=LONGEST_TITLE, blank=True, editable=False, db_default="")
    course = models.SlugField(max_length=64, db_index=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due = models.DateTimeField()
    used = models.PositiveSmallIntegerField(default=0, editable=False)
    score = models.PositiveSmallIntegerField(null=True, editable=False)
    edition = models.PositiveIntegerField(null=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    passed_at = models.DateTimeField(null=True, editable=False)
    valid_until = models.DateTimeField(null=True, editable=False)
    guards = models.BooleanField(default=False, editable=False)
    """Whether the door is told of its certificate."""
    by_hand = models.BooleanField(default=False, editable=False)
    """Whether somebody put this person on the course; it does not end with the post then."""

    class Meta:
        """Newest first; one of each."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["course", "person"], name="training_once")
        ]

    @property
    def certified_score(self) -> str | None:
        """The score that the certificate was got with; None once a later attempt, which failed, has taken its place."""
        return None if self.used else f"{self.score}%"

    def certified_course(self) -> Course | None:
        """Return the version of the course that the certificate is of."""
        return Course.objects.filter(name=self.course, edition=self.edition or 0).first()

    def certified_over(self, now: datetime) -> bool:
        """Tell whether the certificate's term is over."""
        return self.valid_until is not None and self.valid_until <= now
