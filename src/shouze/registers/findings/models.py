"""One kind of personal information in one place, as the scanner found it and as it was judged."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Finding(Kept):
    """A finding is known by its ``mark`` from scan to scan; it holds no value, only a masked sample.

    ``where`` is the column's or file's own name, by which judgements teach; ``judgement`` is kept when it is gone.
    """

    mark = models.CharField(max_length=24, unique=True)
    source = models.CharField(max_length=300, db_index=True)
    place = models.CharField(max_length=500)
    where = models.CharField(max_length=200, editable=False)
    item = models.CharField(max_length=128)
    kind = models.CharField(max_length=64)
    about = models.CharField(max_length=16, default="person")
    count = models.PositiveBigIntegerField(default=0)
    confidence = models.FloatField(default=0)
    score = models.FloatField(default=0)
    reason_zh = models.CharField(max_length=500, blank=True)
    reason_en = models.CharField(max_length=500, blank=True)
    sample = models.CharField(max_length=200, blank=True)
    verdict = models.CharField(max_length=24, blank=True, db_index=True)
    system = models.CharField(max_length=64, blank=True)
    last_at = models.DateTimeField(null=True, editable=False)
    judgement = models.CharField(max_length=16, blank=True, editable=False)
    judged_at = models.DateTimeField(null=True, blank=True, editable=False)
    judged_count = models.PositiveBigIntegerField(default=0, editable=False)
    known = models.PositiveBigIntegerField(null=True, blank=True)
    known_margin = models.PositiveIntegerField(default=0, editable=False)
    known_of = models.PositiveBigIntegerField(default=0, editable=False)
    ticket = models.CharField(max_length=32, blank=True, editable=False)

    class Meta:
        """Newest first; found by what judgements teach."""

        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "where"], name="finding_taught")]
