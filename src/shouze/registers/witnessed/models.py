"""An operator's log as it is witnessed: the newest checkpoint that extends all before it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.note import Verifier
from shouze.ledger.tree import EMPTY_ROOT
from shouze.registers.peers.models import Peer
from shouze.registers.rows import Kept


class WatchedLog(Kept):
    """Whose log, by which key; what is held of it, who said so when, when it last grew; what contradicts it.

    # Invariant: size and root only move to what is proved to extend them, and nothing else was cosigned.
    """

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="logs", editable=False)
    origin = models.CharField(max_length=255, editable=False, db_index=True)
    vkey = models.CharField(max_length=512, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)
    root = models.CharField(max_length=64, default=EMPTY_ROOT.hex(), editable=False)
    note = models.TextField(blank=True, editable=False)
    said = models.TextField(blank=True, editable=False)
    """The dispatch that brought the checkpoint, as it was signed."""
    said_at = models.DateTimeField(null=True, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)
    heard_at = models.DateTimeField(null=True, editable=False)
    shown = models.TextField(blank=True)
    """A checkpoint that somebody else was shown, while the operator has yet to prove that the log extends it."""
    asked = models.CharField(max_length=32, blank=True, editable=False)
    contradiction = models.TextField(blank=True, editable=False)
    looked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        """A key stands once for each operator; newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["peer", "vkey"], name="watched_once")
        ]

    @property
    def key(self) -> Verifier:
        """Return the log's public key."""
        return Verifier.from_vkey(self.vkey)

    @property
    def checkpoint(self) -> Checkpoint:
        """Return what is held, size 0 where nothing is."""
        return Checkpoint(self.origin, self.size, bytes.fromhex(self.root))
