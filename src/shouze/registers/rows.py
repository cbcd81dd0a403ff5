"""The rows that all registers share: what a row has, what was done to it, documents, clocks, what the door owes it.

# Invariant: an event is never changed but for its receipt; rows of registers are never deleted, they end.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from shouze.language import Text

LONGEST_TITLE = 200


class Kept(models.Model):
    """What every row of a register has; ``version`` counts its acts and catches two people changing it at once."""

    number = models.CharField(max_length=32, unique=True, editable=False)
    title = models.CharField(max_length=LONGEST_TITLE)
    state = models.CharField(max_length=32, db_index=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)
    id: int

    class Meta:
        """Newest first."""

        abstract = True
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        """Return number and title."""
        return f"{self.number} {self.title}"

    @property
    def called(self) -> Text:
        """Return what the row is called, in both languages where it has both."""
        return Text(self.title, getattr(self, "title_en", "") or self.title)

    def call(self, name: Text) -> None:
        """Name a row that nobody names by hand; ``title_en`` is a column of its model."""
        self.title, self.title_en = name.zh[:LONGEST_TITLE], name.en[:LONGEST_TITLE]


class Event(models.Model):
    """One act upon one row: who, when, what changed, and where the log has it.

    ``changes`` holds before and after of every field that changed; of personal fields only that they did.
    ``evidence`` is SHA-256(salt ‖ canonical content ‖ digests of documents), base64url: the log's leaf commits to it.
    """

    register = models.CharField(max_length=32)
    entry = models.BigIntegerField()
    act = models.CharField(max_length=32)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    changes = models.JSONField(default=dict)
    duty = models.CharField(max_length=64, blank=True)
    program = models.CharField(max_length=32, blank=True)
    """The number of the program through which it was done; empty where a person did it by hand."""
    salt = models.BinaryField(max_length=32)
    evidence = models.CharField(max_length=43)
    receipt = models.JSONField(null=True)
    id: int

    class Meta:
        """Read row by row, and by who acted."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["register", "entry", "id"], name="event_of_row"),
            models.Index(fields=["by", "-id"], name="event_by_person"),
        ]

    @property
    def recorded(self) -> str:
        """Return where the log has it, as ``node/boot/nseq``; empty while it has not."""
        return "{node}/{boot}/{nseq}".format(**self.receipt) if self.receipt else ""


class Document(models.Model):
    """A document attached to an act; its bytes lie here, their SHA-256 is part of the act's evidence."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="documents")
    name = models.CharField(max_length=200)
    media = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    id: int


class Clock(models.Model):
    """A deadline, or what is owed at once; kept in step with its row by ``registers.settling``."""

    register = models.CharField(max_length=32)
    entry = models.BigIntegerField()
    number = models.CharField(max_length=32)
    kind = models.CharField(max_length=48)
    title_zh = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    since = models.DateTimeField()
    due = models.DateTimeField(null=True)
    met = models.DateTimeField(null=True)
    roles = models.CharField(max_length=200, blank=True)
    """The roles that owe it, each between commas: ``,officer,security,``."""
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    duty = models.CharField(max_length=64, blank=True)
    reminded = models.CharField(max_length=16, blank=True)
    id: int

    class Meta:
        """One of each kind for a row; open ones by their deadline."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["register", "entry", "kind"], name="clock_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["met", "due"], name="clock_open")]


class Effect(models.Model):
    """What the door still has to hear, in this order: an ``act`` for the log, ``entries`` of the policy, a
    ``declaration``, the ``revocation`` of a token, or a ``call`` made in a person's name.

    ``problem`` is the code by which the door refused it last.
    """

    kind = models.CharField(max_length=16)
    register = models.CharField(max_length=32)
    entry = models.BigIntegerField()
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="effects")
    content = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    epoch = models.BigIntegerField(null=True)
    problem = models.CharField(max_length=64, blank=True)
    id: int

    class Meta:
        """What is waiting, in order; what concerns a row."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["done_at", "id"], name="effect_waiting"),
            models.Index(fields=["register", "entry", "-id"], name="effect_of_row"),
        ]


class Sequence(models.Model):
    """The last number given in a year, for each register."""

    name = models.CharField(max_length=48, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)


class Turn(models.Model):
    """When a round is to run next, and how it ended last: ``problem`` is the name of an error, or empty."""

    name = models.CharField(max_length=96, primary_key=True)
    next_at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=64, blank=True)


class Delivery(models.Model):
    """A message on its way out: an e-mail (``to`` an address) or a webhook; kept until it was taken, or given up."""

    kind = models.CharField(max_length=16)
    to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=64, blank=True)
    id: int

    class Meta:
        """What is to be sent next."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["done_at", "next_at"], name="delivery_waiting")]


class CodeSent(models.Model):
    """That a one-time code was sent: when, at whose wish, and a keyed digest of where to; kept for a day.

    # Invariant: neither the code nor the number is here.
    """

    tag = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        """Counted by where to, and by whom."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tag", "at"], name="code_sent_to"),
            models.Index(fields=["person", "at"], name="code_sent_by"),
        ]


class View(models.Model):
    """A list's filters that a person saved under a name."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="views")
    register = models.CharField(max_length=32)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    id: int

    class Meta:
        """A name stands once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "register", "name"], name="view_once")
        ]
