"""What the portal needs from outside, and all that it has: a door that answers one subject, ways to send codes, keys
of its own to sign with.

# Invariant: nothing here opens a value, writes policy or reads the log's tables; the door alone does, for the subject.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from shouze.client import Client
from shouze.errors import UnavailableError
from shouze.language import Language, Text


class DoorPort(Protocol):
    """The door, as far as the portal uses it; implemented by ``wiring`` over ``client``."""

    def acting_for(self, subject: str, sign_in: str, language: Language) -> Client:
        """Return the door as it answers the one subject, who signed in under this name."""
        ...

    def recognise(self, item: str, value: str) -> str | None:
        """Return the subject that holds an identifier now."""
        ...

    def published(self, path: str) -> bytes:
        """Return what anybody may read of the log, by its path under ``/log``."""
        ...


class Sending(Protocol):
    """A way to send a code."""

    def __call__(self, address: str, code: str) -> None:
        """Hand the code over to be sent; it returns before it is sent."""
        ...


@dataclass
class Given:
    """What wiring hands to the portal of this process, once, before pages are served."""

    door: DoorPort | None = None
    secret: bytes = field(default=b"", repr=False)
    """What digests are keyed with."""
    key: Ed25519PrivateKey | None = field(default=None, repr=False)
    """What receipts and certificates are signed with."""
    ways: Mapping[str, Sending] = field(default_factory=dict)
    """Ways to send a code, by the item that is the address."""
    apps: Mapping[str, bytes] = field(default_factory=dict)
    """The operator's apps that may hand signed-in users over, with their public keys (Ed25519, 32 bytes)."""
    now: Callable[[], datetime] = timezone.now


GIVEN = Given()


def door() -> DoorPort:
    """Return the door; UnavailableError where this process was given none."""
    if GIVEN.door is None:
        raise UnavailableError(Text("信息闸门没有回应", "The door does not answer"))
    return GIVEN.door
