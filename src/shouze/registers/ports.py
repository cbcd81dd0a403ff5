"""What the registers need from outside: the door of their installation."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from django.utils import timezone

from shouze.client import (
    Client,
    Consents,
    ConsentsCounted,
    Declarations,
    Exercised,
    Issued,
    Published,
    Receipt,
    ShownCaller,
)
from shouze.client.bulk import BulkRequest
from shouze.errors import UnavailableError
from shouze.language import Language, Text
from shouze.ledger.note import Signer
from shouze.link.keys import PartyKey
from shouze.registers.letters.ports import Post, SealerPort
from shouze.registers.roles import House
from shouze.rules.catalogue import Duty, Statutes
from shouze.rules.duties.answering import AUTHORITY, INDUSTRY, OPERATOR, owed
from shouze.rules.duty import Terms
from shouze.rules.penalty.instruments import Penalties
from shouze.rules.working_days import WorkingDays


class DoorPort(Protocol):
    """The door, as far as the registers use it; implemented by ``wiring`` over ``client``."""

    def apply(self, document: bytes, key: str) -> Published:
        """Write entries of the policy and publish it."""
        ...

    def declare(self, document: bytes, key: str) -> Published:
        """Publish rules for collecting and using."""
        ...

    def policy(self) -> dict[str, Any]:
        """Return the policy in force as plain JSON."""
        ...

    def entries(self) -> dict[str, Any]:
        """Return the entries in force as plain JSON, by kind, with their names and without tokens."""
        ...

    def callers(self) -> dict[str, ShownCaller]:
        """Return the tokens' entries."""
        ...

    def issue_token(self, asked: dict[str, Any]) -> Issued:
        """Make a token; it is in the answer and nowhere else."""
        ...

    def revoke_token(self, token: str, key: str) -> Published:
        """Revoke a token by its id."""
        ...

    def exercised(self, holders: Sequence[str]) -> Exercised:
        """Return what holders of grants did with them, counted from the log."""
        ...

    def acting_for(self, person: dict[str, str | None], language: Language) -> Client:
        """Return the door as it answers a person: what is asked through it is asked in their name."""
        ...

    def note(self, act: dict[str, Any], person: dict[str, str | None] | None, key: str) -> Receipt:
        """Note an act in the log, in a person's name, or (None) in the desk's own."""
        ...

    def measure(
        self, verb: Literal["freeze", "unfreeze"], fields: dict[str, Any], person: dict[str, str | None], key: str
    ) -> None:
        """Have an incident's measure taken in a person's name; ``fields`` are those of the client's call."""
        ...

    def approve_bulk(self, person: dict[str, str | None], language: Language, request: str) -> BulkRequest:
        """Approve somebody else's bulk request in a person's name, so that every gateway decides by it."""
        ...

    def versions(self, service: str) -> Declarations:
        """Return every published version of one service's rules, oldest first."""
        ...

    def count_consents(self, after: str | None, limit: int) -> ConsentsCounted:
        """Count the consents of the next subjects after one."""
        ...

    def consents(self, person: dict[str, str | None], asked: dict[str, Any]) -> Consents:
        """Tell, in a person's name, what one subject agreed to; ``asked`` are the fields of the client's call."""
        ...

    def published(self, path: str) -> bytes:
        """Return what the log publishes at a path below its own (C2SP tlog-tiles): a checkpoint, a tile of hashes."""
        ...

    def keep_cosignature(self, told: dict[str, Any]) -> None:
        """Keep what a witness answered by dispatch; ``told`` are the fields of the client's call."""
        ...

    def watching(self) -> Client:
        """Return the door as it answers the desk itself, which reads records and opens nothing."""
        ...


class Texts(Protocol):
    """Where short texts are sent to telephone numbers; implemented by ``worker.texting``."""

    def send(self, number: str, words: str, until: datetime) -> None:
        """Send one now, which is worth nothing after ``until``; UnavailableError where it was not taken."""
        ...


@dataclass(frozen=True)
class Own:
    """This installation as a party to dispatches: its name, key, the keys of its logs, and where it is reached."""

    party: str
    key: PartyKey = field(repr=False)
    log: str
    address: str = ""
    tls: ssl.SSLContext | bool = True
    """What peers' certificates are checked by, and this installation's own for them to check."""
    cosigner: Signer | None = None
    """What an authority cosigns operators' checkpoints with, that come by dispatch; nothing else has signed with it."""


@dataclass
class Given:
    """What wiring hands to the registers of this process, once, before pages are served."""

    door: DoorPort | None = None
    now: Callable[[], datetime] = timezone.now
    """The one clock by which acts are done."""
    statutes: Statutes | None = None
    terms: Terms = field(default_factory=Terms)
    """What the Order leaves open, as this installation decided it."""
    working: WorkingDays | None = None
    penalties: Penalties | None = None
    sealer: SealerPort | None = None
    """What seals letters: what users write, and how they are reached."""
    post: Post = field(default_factory=Post)
    texts: Texts | None = None
    house: House = "operator"
    own: Own | None = None
    first_code: str = field(default="", repr=False)


GIVEN = Given()
_PARTIES: Mapping[House, frozenset[str]] = {"operator": OPERATOR, "authority": AUTHORITY, "association": INDUSTRY}


def statutes() -> Statutes:
    """Return the statutes that the package carries."""
    if GIVEN.statutes is None:
        raise UnavailableError(Text("条文尚未载入", "The statutes have not been loaded"))
    return GIVEN.statutes


def working_days() -> WorkingDays:
    """Return the days on which people work, as the package knows them."""
    if GIVEN.working is None:
        raise UnavailableError(Text("工作日历尚未载入", "The calendar of working days has not been loaded"))
    return GIVEN.working


def owed_here() -> tuple[Duty, ...]:
    """Return the duties that this house owes, with its people's; of an association, what the Order encourages."""
    return owed(statutes(), _PARTIES[GIVEN.house])


def penalties() -> Penalties:
    """Return the penalties of all instruments that the package carries."""
    if GIVEN.penalties is None:
        raise UnavailableError(Text("罚则尚未载入", "The penalties have not been loaded"))
    return GIVEN.penalties


def own() -> Own:
    """Return this installation as a party to dispatches; UnavailableError in a process that has no key for them."""
    if GIVEN.own is None:
        raise UnavailableError(Text("本进程没有公文密钥", "This process has no key for dispatches"))
    return GIVEN.own
