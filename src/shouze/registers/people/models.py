"""A person who signs in: staff of the operator or of an agent."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from shouze.language import Language, Text
from shouze.registers.roles import Role, Roles
from shouze.registers.rows import Kept


class Person(AbstractUser, Kept):
    """A person by work number (``username``), name, post, and the agent whose staff they are, if any.

    Whoever has left is inactive, and stays for the sake of what they did.
    """

    name = models.CharField(max_length=60)
    post = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=128, blank=True, db_index=True)
    site = models.CharField(max_length=128, blank=True)
    roles_held = models.JSONField(default=list)
    until = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=2, blank=True)
    reminders = models.BooleanField(default=True)
    left_at = models.DateTimeField(null=True, blank=True)
    feed = models.CharField(max_length=64, blank=True, db_index=True)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        """Return name and work number."""
        return f"{self.name}（{self.username}）"

    @property
    def reads(self) -> Language:
        """Return the language that they are written to in: Chinese where they have chosen none."""
        return "en" if self.language == "en" else "zh"

    @property
    def named(self) -> Text:
        """Return name and work number, as each language writes brackets."""
        return Text(str(self), f"{self.name} ({self.username})")

    @property
    def roles(self) -> Roles:
        """Return the roles the person holds."""
        known = set(Role)
        return frozenset(Role(each) for each in self.roles_held if each in known)

    def asserted(self) -> dict[str, str | None]:
        """Return what the desk asserts of the person at the door: kind, work number, post, agent."""
        kind = "agent-staff" if self.agent else "staff"
        return {"kind": kind, "id": self.username, "post": self.post or None, "agent": self.agent or None}

    def get_full_name(self) -> str:
        """Return the name."""
        return self.name

    def get_short_name(self) -> str:
        """Return the name."""
        return self.name
