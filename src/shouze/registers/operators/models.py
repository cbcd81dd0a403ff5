"""The operator as it declares itself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class OperatorRow(Kept):
    """Name (``title`` in Chinese), the authority that licensed or registered it, how users reach it."""

    title_en = models.CharField(max_length=200)
    authority_zh = models.CharField(max_length=200)
    authority_en = models.CharField(max_length=200)
    contact_zh = models.CharField(max_length=500)
    contact_en = models.CharField(max_length=500)
    licence = models.CharField(max_length=120, blank=True)
    filing = models.CharField(max_length=120, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
