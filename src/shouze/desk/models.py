"""What the desk keeps for itself: the numbers of assertions that it has heard."""

from __future__ import annotations

from django.db import models


class Heard(models.Model):
    """The number of an assertion that was heard; it serves once, and is forgotten when nobody takes it any more."""

    number = models.CharField(max_length=128, primary_key=True)
    until = models.DateTimeField(db_index=True)
