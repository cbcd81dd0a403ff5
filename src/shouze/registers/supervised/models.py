"""An operator under supervision."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Supervised(Kept):
    """Name (``title``), licence or filing, credit code, province, sector, services, contact; who licensed it.

    ``review`` is the number of its last annual review, which ended with ``review_result``.
    """

    licence = models.CharField(max_length=120, blank=True, db_index=True)
    filing = models.CharField(max_length=120, blank=True, db_index=True)
    credit_code = models.CharField(max_length=18, blank=True, db_index=True)
    province = models.CharField(max_length=60, blank=True, db_index=True)
    sector = models.CharField(max_length=16, blank=True, db_index=True)
    services = models.CharField(max_length=500, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    licensed_by = models.CharField(max_length=120, blank=True)
    review = models.CharField(max_length=32, blank=True, editable=False)
    review_year = models.PositiveIntegerField(null=True, editable=False)
    review_result = models.CharField(max_length=16, blank=True, editable=False, db_index=True)
    review_conditions = models.TextField(blank=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
