"""A grant, and what the log says that its holder did."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.language import Text
from shouze.registers.rows import LONGEST_TITLE, Kept
from shouze.rules import entries

GRANTED = "granted"


class Grant(Kept):
    """What its holder (``post:…``, ``account:…``, ``person:…``) may do: an empty part of it is not limited.

    ``exercise`` is what the log says of it: unused, in part, used.
    """

    title_en = models.CharField(max_length=LONGEST_TITLE, blank=True, editable=False)
    holder = models.CharField(max_length=160, db_index=True)
    services = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    purposes = models.JSONField(default=list, blank=True)
    items = models.JSONField(default=list, blank=True)
    sites = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True)
    why = models.TextField()
    course = models.SlugField(max_length=64, blank=True)
    """The course whose certificate its holders need, if any."""
    exercise = models.CharField(max_length=16, blank=True, db_index=True, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-id"]

    def name_after(self, holder: Text, services: Text) -> None:
        """Name the grant by its holder and the services it is for."""
        self.call(Text("{holder} · {services}", "{holder} · {services}").fill(holder=holder, services=services))

    def site_names(self) -> list[str]:
        """Return the sites that it is limited to."""
        return [each.strip() for each in self.sites.replace("，", ",").split(",") if each.strip()]

    def as_entry(self) -> entries.Grant:
        """Return the grant as the door knows it."""
        return entries.Grant(
            services=frozenset(self.services), actions=frozenset(self.actions),
            purposes=frozenset(self.purposes) or None, items=frozenset(self.items) or None,
            sites=frozenset(self.site_names()) or None, since=self.since, until=self.until,
            course=self.course or None,
        )  # fmt: skip


class Exercise(models.Model):
    """What a holder did, as the log was counted last: how many people, how often, first and last when."""

    holder = models.CharField(max_length=160)
    service = models.CharField(max_length=128, blank=True)
    purpose = models.CharField(max_length=128, blank=True)
    action = models.CharField(max_length=32)
    item = models.CharField(max_length=128, blank=True)
    actors = models.PositiveIntegerField()
    uses = models.PositiveBigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    id: int

    class Meta:
        """Once for each holder and use."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["holder", "service", "purpose", "action", "item"], name="exercise_once")
        ]
