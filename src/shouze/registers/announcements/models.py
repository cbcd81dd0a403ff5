"""What is published: rows that go before the public, and each edition of them as it was published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.registers.rows import Kept


class Published(Kept):
    """A row that is published: whose violation, on which decision, and where its publication stands.

    The row is the paper that is being worked on; what the public sees is its newest ``Edition``.
    """

    body = models.CharField(max_length=120)
    operator = models.CharField(max_length=32, blank=True, db_index=True)
    operator_name = models.CharField(max_length=200)
    credit_code = models.CharField(max_length=18, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    case = models.CharField(max_length=32, blank=True, db_index=True)
    document = models.CharField(max_length=120, blank=True)
    decided_on = models.DateField()
    articles = models.JSONField(default=list)
    facts = models.TextField()
    edition = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    revoked_on = models.DateField(null=True, blank=True)
    removed_because = models.CharField(max_length=16, blank=True)
    keep_name = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    applied_on = models.DateField(null=True, blank=True)
    fulfilled = models.BooleanField(default=False)
    finding = models.TextField(blank=True)

    class Meta:
        """Newest first."""

        abstract = True
        ordering: ClassVar[list[str]] = ["-id"]


class Announcement(Published):
    """A violation made public: as an announcement (Art. 23), or as an entry of the credit file (Art. 20)."""

    kind = models.CharField(max_length=16)
    measures = models.JSONField(default=list, blank=True)
    fine = models.PositiveBigIntegerField(null=True, blank=True)


class Edition(models.Model):
    """One edition as it was published: the text whose SHA-256 the log names, and the log's proof once there is one.

    ``content`` is emptied when the entry is removed; its digest and proof stay. ``current`` is the newest edition.
    """

    register = models.CharField(max_length=32)
    entry = models.BigIntegerField()
    number = models.CharField(max_length=32, db_index=True)
    edition = models.PositiveIntegerField()
    kind = models.CharField(max_length=16)
    act = models.CharField(max_length=32)
    title = models.CharField(max_length=300)
    at = models.DateTimeField(db_index=True)
    content = models.TextField(blank=True)
    sought = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    proof = models.TextField(blank=True)
    current = models.BooleanField(default=True)
    id: int

    class Meta:
        """Each edition stands once; public lists read the current ones, newest first; proofs are looked for."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["number", "edition"], name="edition_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["current", "kind", "register", "-at"], name="edition_listed"),
            models.Index(fields=["proof", "id"], name="edition_unproved", condition=models.Q(proof="")),
        ]
