"""An entry of a credit list."""

from __future__ import annotations

from django.db import models

from shouze.registers.announcements.models import Published


class CreditEntry(Published):
    """Operator, list, ground, since when and until when."""

    kind = models.CharField(max_length=16)
    ground = models.CharField(max_length=16)
    listed_on = models.DateField()
    until = models.DateField(null=True, blank=True, db_index=True)
