"""One request of a user."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from shouze.registers.letters.models import Answered


class Request(Answered):
    """What one user asks for; who they are by their id alone, how that was made sure, and what was done at the door.

    ``done`` lists what took effect there: what, which item or purpose, when; never a value.
    """

    kind = models.CharField(max_length=16, db_index=True)
    source = models.CharField(max_length=16)
    service = models.CharField(max_length=64, db_index=True)
    purpose = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=26, db_index=True)
    assigned = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    identity = models.CharField(max_length=16, blank=True)
    identity_note = models.CharField(max_length=200, blank=True)
    identified_at = models.DateTimeField(null=True, editable=False)
    done = models.JSONField(default=list, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    refused_because = models.CharField(max_length=24, blank=True)
    call_number = models.CharField(max_length=32, blank=True)
    assigned_id: int | None

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    @property
    def done_told(self) -> list[str]:
        """Return what was done at the door, for people."""
        return [f"{each['at'][:16].replace('T', ' ')} {each['what']} {each['of']}" for each in self.done]
