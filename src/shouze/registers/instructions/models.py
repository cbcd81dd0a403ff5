"""A measure that is prescribed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Instruction(Kept):
    """What is prescribed, on which ground, by when, and to whom: all operators, or those that every part given names.

    ``listed`` names operators one a line. Whoever was on the register when it was signed is addressed, nobody after;
    ``addressed_at`` is there once everybody has it.
    """

    title_en = models.CharField(max_length=200)
    document = models.CharField(max_length=128, unique=True)
    body = models.CharField(max_length=120)
    body_en = models.CharField(max_length=120, blank=True)
    article = models.CharField(max_length=8)
    ground = models.CharField(max_length=500)
    measure = models.TextField()
    measure_en = models.TextField()
    reach = models.CharField(max_length=8)
    sector = models.CharField(max_length=120, blank=True)
    province = models.CharField(max_length=60, blank=True)
    listed = models.TextField(blank=True)
    acknowledge_by = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField()
    signed_at = models.DateTimeField(null=True, editable=False)
    addressed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
