"""A tie of somebody at the authority to an operator."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.rows import Kept


class Tie(Kept):
    """Whose tie to which operator (its number), of which kind, from when; ``until`` is the last day of it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, blank=True, related_name="+")
    operator = models.CharField(max_length=200, db_index=True)
    operator_name = models.CharField(max_length=200, blank=True, editable=False)
    kind = models.CharField(max_length=16)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        """Newest first; looked up by person."""

        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "operator"], name="tie_of_person")]
