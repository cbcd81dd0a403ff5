"""What somebody signed about keeping users' information confidential."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.language import Text
from shouze.registers.rows import Kept

STATES = {
    "wanted": Text("未签署", "Not signed"),
    "signed": Text("有效", "In force"),
    "lapsed": Text("已到期未续签", "Not renewed"),
    "outlives": Text("离岗后继续有效", "Outlives leaving"),
    "missing": Text("离岗前未签署", "Left without signing"),
}


class Undertaking(Kept):
    """One person's undertaking, as signed last: in which wording, when, until when it is renewed.

    The term is of renewing, not of the promise: whoever leaves stays bound.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="undertaking")
    wording = models.CharField(max_length=120, blank=True)
    signed_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    @property
    def called(self) -> Text:
        """Return whose it is, as each language writes brackets."""
        return Text(self.title, self.title.replace("（", " (").replace("）", ")"))
