"""Keeps a letter: what it says sealed under a key of its own, its enclosures beside it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import transaction

from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.finding import registers
from shouze.registers.letters.models import Enclosure, Letter, Party
from shouze.registers.letters.sealing import Content, Reach, fresh_key, seal, sender_of
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Kept

DOMAIN = "shouze.invalid"


class About(NamedTuple):
    """The row that a letter is about."""

    register: str
    entry: int
    number: str

    @classmethod
    def of(cls, register: str, row: Kept) -> About:
        """Return what names a row."""
        return cls(register, row.pk, row.number)


def keep(
    content: Content, *, enclosures: Sequence[Attached] = (), by: Person | None = None, about: About | None = None,
    **more: Any,
) -> Letter:  # fmt: skip
    """Keep a letter; ``more`` are its other columns: direction, channel, kind, state …"""
    with transaction.atomic():
        values = {"content": content, "enclosures": tuple(enclosures), "about": about, **more}
        letter: Letter = acting.begin(registers()["letters"], Asked(values), by)
        return letter


def enclose(letter: Letter, enclosures: Sequence[Attached]) -> None:
    """Keep a letter's files beside it."""
    Enclosure.objects.bulk_create(
        Enclosure(letter=letter, place=place, size=len(each.content), sha256=sha256(each.content).hexdigest(),
                  sealed=seal(letter.key, each.content, f"enclosure-{place}"))
        for place, each in enumerate(enclosures)
    )  # fmt: skip


def fresh_message_id() -> str:
    """Return a Message-ID that nobody guesses: whoever answers to it has the letter."""
    _, _, domain = GIVEN.post.mail_from.strip("<> ").rpartition("@")
    return f"<{secrets.token_hex(16)}@{domain or DOMAIN}>"


def add_party(about: About, subject: str, reach: Reach) -> Party:
    """Note who complains or asks: a user by their id, anybody else by how they are reached, sealed."""
    key = fresh_key() if reach != Reach() else None
    return Party.objects.create(
        register=about.register, entry=about.entry, subject=subject, key=key, sender=sender_of(reach.email),
        sealed=seal(key, reach, "reach") if key else b"", at=GIVEN.now(),
    )  # fmt: skip
