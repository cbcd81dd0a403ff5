"""A post of the operator's, as responsibilities are fixed by it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Post(Kept):
    """A post: ``name`` is what the register of holders and the door know it by; its grants and holders are read there.

    ``duties`` are those of the statutes that it answers for, ``words`` what that means here; both names are the
    holder's.
    """

    name = models.SlugField(max_length=128, unique=True)
    title_en = models.CharField(max_length=200, editable=False)
    department = models.SlugField(max_length=64, blank=True, db_index=True)
    duties = models.JSONField(default=list, blank=True)
    words = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
