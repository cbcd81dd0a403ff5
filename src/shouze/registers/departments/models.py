"""A department or branch."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.rows import Kept


class Department(Kept):
    """A department or branch: ``name`` is its id, ``parent`` the id of the one above; who is in charge of it.

    ``duties`` are those of the statutes that it answers for as a whole; ``confirmed_at`` says when that was last right.
    """

    kind = models.CharField(max_length=16)
    name = models.SlugField(max_length=64, unique=True)
    title_en = models.CharField(max_length=200)
    parent = models.SlugField(max_length=64, blank=True, db_index=True)
    head = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    duties = models.JSONField(default=list, blank=True)
    confirmed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
