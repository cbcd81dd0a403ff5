"""What one distribution platform is ordered to take down."""

from __future__ import annotations

from django.db import models

from shouze.registers.delivery import Served
from shouze.registers.rows import Kept


class Removal(Kept, Served):
    """The store (``title``), its number in the register of operators where it has one, the apps by their numbers.

    ``dispatch`` is the SHA-256 of the order as it was sent; on paper it is served with a proof.
    """

    batch = models.CharField(max_length=32, blank=True, db_index=True)
    operator = models.CharField(max_length=32, blank=True, db_index=True)
    apps = models.JSONField(default=list, editable=False)
    because = models.TextField(blank=True)
    due = models.DateTimeField()
    dispatch = models.CharField(max_length=64, blank=True, editable=False)
    done_at = models.DateTimeField(null=True, editable=False)
    found = models.TextField(blank=True)
