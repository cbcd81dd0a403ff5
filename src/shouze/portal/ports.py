"""What the portal needs from outside, and all that it has: a door that answers one subject, ways to send codes, keys
of its own to sign with.

# Invariant: nothing here opens a value, writes policy or reads the log's tables; the door alone does, for the subject.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from shouze.client import Client
from shouze.errors import UnavailableError
from shouze.language import Language, Text
from shouze.registers.acting import Attached
from shouze.registers.office import EndedService, Figures, Filed, Wish
from shouze.registers.publicly import Entrusted, Publicly, Rules
from shouze.rules.declaration import Operator


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


class OfficePort(Protocol):
    """The office for complaints and corrections, as users reach it; each function is for the one subject it names."""

    def matters(self) -> Mapping[str, Text]:
        """Return what one can complain about."""
        ...

    def file(self, subject: str, matter: str, service: str, story: str, enclosures: Sequence[Attached]) -> Filed:
        """File a complaint."""
        ...

    def mine(self, subject: str) -> Sequence[Filed]:
        """Return a user's complaints, newest first."""
        ...

    def look(self, subject: str, number: str) -> Filed:
        """Return one complaint with what was written; that its answer was read is noted."""
        ...

    def reopen(self, subject: str, number: str, story: str) -> Filed:
        """Begin a complaint anew, because the answer did not settle it."""
        ...

    def withdraw(self, subject: str, number: str) -> Filed:
        """Withdraw a complaint."""
        ...

    def ask_correction(
        self, subject: str, service: str, purpose: str, item: str, value: str, enclosures: Sequence[Attached]
    ) -> Wish:
        """Ask for a correction that a person looks at; value and proof are sealed."""
        ...

    def corrections(self, subject: str) -> Sequence[Wish]:
        """Return what a user asked to have corrected."""
        ...

    def endings(self, subject: str) -> Sequence[EndedService]:
        """Return what staff ended of a user's."""
        ...

    def ended(self, token: str) -> EndedService | None:
        """Return such a one by its token, which is the digest of its link's secret; None where there is none."""
        ...

    def taken_over(self, token: str) -> None:
        """Say that it is kept here from now on."""
        ...

    def figures(self, since: datetime, until: datetime) -> Figures:
        """Count answers over a period."""
        ...


class PublicPort(Protocol):
    """What everybody may know of the registers."""

    def in_force(self) -> Sequence[Rules]:
        """Return the rules of each service in the version in force, by name."""
        ...

    def versions(self, service: str) -> Sequence[Rules]:
        """Return every published version of a service's rules, newest first."""
        ...

    def operator(self) -> Operator | None:
        """Return the operator; None before it is registered."""
        ...

    def agents(self) -> Sequence[Entrusted]:
        """Return the agents that are entrusted now, by name."""
        ...

    def holders(self) -> Mapping[str, Text]:
        """Return what posts, accounts and agents are called, by their keys."""
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
    office: OfficePort | None = None
    """Who answers complaints; None where there is no register of them."""
    public: PublicPort = field(default_factory=Publicly)
    """What is public of the registers: those of this process, or of the desk that is asked."""
    outbox: bool = True
    """Whether mail goes into the house's outbox, which the desk's worker sends; else it is sent from here at once."""
    scan: Callable[[bytes], bool] | None = None
    """Looks for malware, and tells whether there is none; None where no scanner runs."""
    now: Callable[[], datetime] = timezone.now
    bound: timedelta = timedelta(days=30)
    """Within which copies in backups are beyond recovery, once the keys are destroyed."""


GIVEN = Given()


def door() -> DoorPort:
    """Return the door; UnavailableError where this process was given none."""
    if GIVEN.door is None:
        raise UnavailableError(Text("信息闸门没有回应", "The door does not answer"))
    return GIVEN.door
