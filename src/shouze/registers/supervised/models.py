"""An operator under supervision."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Supervised(Kept):
    """Name (``title``), licence or filing, credit code, province, services, contact; who licensed or registered it."""

    licence = models.CharField(max_length=120, blank=True, db_index=True)
    filing = models.CharField(max_length=120, blank=True, db_index=True)
    credit_code = models.CharField(max_length=18, blank=True, db_index=True)
    province = models.CharField(max_length=60, blank=True, db_index=True)
    services = models.CharField(max_length=500, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    licensed_by = models.CharField(max_length=120, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
