"""One absence of one person, and who stands in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.rows import Kept


class Absence(Kept):
    """From ``since`` until ``until``, ``substitute`` owes what ``person`` owes."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    person_id: int
    substitute_id: int

    class Meta:
        """Newest first; looked up by who is away."""

        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "state"], name="absence_of_person")]
