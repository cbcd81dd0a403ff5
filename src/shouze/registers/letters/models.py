"""Letters, what is enclosed, who wrote them, and the keys that they are sealed under.

# Invariant: what a letter says, its enclosures, their names, and how people are reached, lie here sealed, each letter
# under a key of its own; users of the operator's are named by their id alone.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from shouze.language import Text
from shouze.registers.describing import Choices
from shouze.registers.rows import Kept

KINDS: Choices = {
    "matter": Text("来信", "What they write"),
    "receipt": Text("受理回执", "Receipt"),
    "answer": Text("答复", "Answer"),
    "refusal": Text("不予受理告知", "Refusal"),
    "interim": Text("进展告知", "Interim notice"),
    "proof": Text("凭据", "Proof"),
    "probe": Text("渠道试信", "Probe of a channel"),
}


class SealKey(models.Model):
    """One key, wrapped; empty once it is destroyed."""

    name = models.CharField(max_length=32, primary_key=True)
    wrapped = models.BinaryField()
    destroyed_at = models.DateTimeField(null=True)


class Letter(Kept):
    """One letter: which way, by which channel, of which kind, about which row of which register.

    ``message`` is SHA-256 (hex) of its Message-ID, by which it is known again and answers find it; ``sender`` a keyed
    digest of the address that it came from.
    """

    direction = models.CharField(max_length=3)
    channel = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    register = models.CharField(max_length=32, blank=True)
    entry = models.BigIntegerField(null=True)
    about = models.CharField(max_length=32, blank=True)
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    message = models.CharField(max_length=64, null=True, unique=True)
    sender = models.CharField(max_length=64, blank=True, db_index=True)
    arrived_at = models.DateTimeField(default=timezone.now)
    suggested = models.CharField(max_length=32, blank=True)
    template = models.CharField(max_length=32, blank=True)
    edition = models.PositiveIntegerField(null=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField(null=True)
    key_id: str

    class Meta:
        """Newest first; those of a row; those waiting to go out."""

        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["register", "entry", "id"], name="letter_of_row"),
            models.Index(fields=["state", "next_at"], name="letter_waiting"),
        ]

    @property
    def called(self) -> Text:
        """Return what the letter is called: its kind, in both languages."""
        return KINDS.get(self.kind) or super().called


class Enclosure(models.Model):
    """A file with a letter, sealed under the letter's key; its name lies in the letter."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="enclosures")
    place = models.PositiveSmallIntegerField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()
    id: int


class Party(models.Model):
    """Somebody who complains or asks: a subject's id, or how they are reached (sealed), or both."""

    register = models.CharField(max_length=32)
    entry = models.BigIntegerField()
    subject = models.CharField(max_length=26, blank=True)
    key = models.ForeignKey(SealKey, models.PROTECT, null=True, related_name="+")
    sealed = models.BinaryField(default=bytes)
    sender = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=timezone.now)
    id: int
    key_id: str | None

    class Meta:
        """Those of a row; a subject's own."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["register", "entry"], name="party_of_row"),
            models.Index(fields=["register", "subject", "-id"], name="party_by_subject"),
        ]


class Mailbox(models.Model):
    """How far a mailbox has been read: its UIDVALIDITY and the last UID (RFC 9051, 2.3.1.1)."""

    name = models.CharField(max_length=120, primary_key=True)
    validity = models.BigIntegerField(default=0)
    last = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=64, blank=True)


class Answered(Kept):
    """What rows share that owe somebody an answer by a deadline: from when, until when, given how, proved by what."""

    title_en = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    counting = models.CharField(max_length=32, blank=True, editable=False)
    due = models.DateTimeField(null=True, editable=False, db_index=True)
    warn_at = models.DateTimeField(null=True, editable=False)
    escalate_at = models.DateTimeField(null=True, editable=False)
    warned_at = models.DateTimeField(null=True, editable=False)
    escalated_at = models.DateTimeField(null=True, editable=False)
    breached_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    late = models.BooleanField(default=False, editable=False)
    way = models.CharField(max_length=16, blank=True)
    proof = models.CharField(max_length=16, blank=True)
    posted_number = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, editable=False, db_index=True)
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """Newest first."""

        abstract = True
        ordering: ClassVar[list[str]] = ["-id"]
