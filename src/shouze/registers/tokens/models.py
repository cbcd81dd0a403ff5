"""A token, without its secret."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import LONGEST_TITLE, Kept


class Token(Kept):
    """Whose token it is, until when; ``token`` is the id that the door knows it by.

    ``secret`` is the token itself, in memory of the act that made it and nowhere else.
    """

    title_en = models.CharField(max_length=LONGEST_TITLE, blank=True, editable=False)
    bearer = models.CharField(max_length=160, db_index=True)
    post = models.CharField(max_length=64, blank=True, editable=False)
    agent = models.CharField(max_length=128, blank=True, editable=False)
    until = models.DateTimeField()
    token = models.CharField(max_length=128, blank=True, editable=False)
    why = models.TextField()
    secret: str = ""

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
