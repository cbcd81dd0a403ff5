"""A peer: another installation that dispatches go to and come from."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, get_args

from django.db import models

from shouze.link.dispatch import Known
from shouze.link.keys import PublicKey
from shouze.link.kinds import Side
from shouze.registers.rows import Kept

SIDES: tuple[Side, ...] = get_args(Side)


class Peer(Kept):
    """A party by the name of its log; its keys; what it says of itself; how reaching it goes.

    ``standing`` is an authority's rank as people here know it: ``ministry`` is the next higher one.
    ``offered`` is the key that it introduced itself with, and nothing until people have compared its fingerprint.
    ``former`` may still sign what was under way when the key changed, until ``former_until``; a lost key may not.
    """

    title_en = models.CharField(max_length=200, blank=True)
    party = models.CharField(max_length=128, blank=True, db_index=True)
    side = models.CharField(max_length=16, blank=True)
    standing = models.CharField(max_length=16, blank=True)
    address = models.CharField(max_length=400, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    filing = models.CharField(max_length=120, blank=True)
    province = models.CharField(max_length=60, blank=True)
    log = models.CharField(max_length=600, blank=True)
    key = models.CharField(max_length=43, blank=True)
    offered = models.CharField(max_length=43, blank=True)
    former = models.CharField(max_length=43, blank=True)
    former_until = models.DateTimeField(null=True, blank=True)
    introduction = models.CharField(max_length=64, blank=True)
    introduced_dated = models.DateTimeField(null=True, blank=True)
    introduced = models.BooleanField(default=False)
    trusted_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=64, blank=True)
    offered_log = models.CharField(max_length=600, blank=True)
    """The key of another log that a confirmed peer has named since; people decide about it."""
    submitted_at = models.DateTimeField(null=True, blank=True)
    witnessed_log = models.CharField(max_length=255, blank=True)
    witnessed_size = models.PositiveBigIntegerField(default=0)
    witnessed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A party stands once; newest first."""

        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["party"], condition=~models.Q(party=""), name="peer_once")
        ]

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the key in use."""
        return PublicKey.read(self.key).fingerprint if self.key else ""

    @property
    def offered_fingerprint(self) -> str:
        """Return the fingerprint of a key that people have not compared yet."""
        return PublicKey.read(self.offered).fingerprint if self.offered else ""

    def known(self, now: datetime) -> Known:
        """Return what its dispatches are verified by."""
        side: Side = next((each for each in SIDES if each == self.side), "operator")
        current = (PublicKey.read(self.key),) if self.key else ()
        former = (PublicKey.read(self.former),) if self.former else ()
        if self.state != "trusted":
            return Known(side, (), (*current, *former))
        if self.former_until is not None and now < self.former_until:
            return Known(side, (*current, *former))
        return Known(side, current, former)
