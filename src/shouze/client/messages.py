"""What a program asks of the door, as the api reads it.

Lengths and forms are the door's to check: it answers ``Invalid`` and names the field.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Literal

import msgspec

Action = Literal[
    "collect", "read", "use", "disclose", "correct", "export", "copy", "destroy", "compare", "match",
    "consent", "withdraw", "agree", "terminate", "resume", "erase", "bind", "freeze", "approve", "inspect",
]  # fmt: skip
OpeningAction = Literal["read", "use", "disclose", "export", "copy"]
Target = Literal["account", "service", "agent", "item", "action", "actor"]
CallerKind = Literal["staff", "agent-staff", "service", "subject", "face"]


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One object of the api's JSON.

    # Invariant: how a message is shown has no value of personal information, nor a secret or a subject's id: of a
    # mapping it shows the keys, of what is ``hidden`` that it is there.
    """

    hidden: ClassVar[tuple[str, ...]] = ()

    def __repr__(self) -> str:
        """Return type and fields, without values."""
        told = ", ".join(f"{name}={shown}" for name, shown in self.__rich_repr__())
        return f"{type(self).__name__}({told})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        """Return the same for those who print with colours."""
        return [(name, self._shown(name)) for name in self.__struct_fields__]

    def _shown(self, name: str) -> str:
        value = getattr(self, name)
        if isinstance(value, Mapping):
            return f"{{{', '.join(value)}}}"
        return "…" if name in self.hidden and value is not None else repr(value)


class Subject(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The user whom it is about: an id, or identifiers that must all point to the same subject."""

    hidden = ("id",)
    id: str | None = None
    identifiers: Mapping[str, str] = {}


class Place(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Where the caller says that it stands."""

    site: str | None = None
    terminal: str | None = None


class ConsentGiven(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A user's consent to one purpose: the version of the rules that was shown, the act, the channel."""

    purpose: str
    version: int
    items: Collection[str]
    act: str
    channel: str
    recipients: Collection[str] = ()


class About(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What every request about one subject says."""

    hidden = ("ticket", "reason", "approval", "value")
    service: str
    subject: Subject
    place: Place = Place()
    ticket: str | None = None
    reason: str | None = None


class Collect(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Take in values for purposes, with the consents just given; all of them, or nothing.

    Without ``subject`` a new one is made.
    """

    hidden = About.hidden
    service: str
    subject: Subject | None = None
    purposes: Sequence[str]
    values: Mapping[str, str]
    consents: Sequence[ConsentGiven] = ()
    place: Place = Place()
    ticket: str | None = None
    reason: str | None = None


class Release(About, frozen=True, kw_only=True, omit_defaults=True):
    """Open items for purposes; ``recipient`` with the action ``disclose``, ``approval`` for bulk."""

    purposes: Sequence[str]
    items: Sequence[str]
    action: OpeningAction = "read"
    recipient: str | None = None
    approval: str | None = None


class UsageRecord(Message, frozen=True, kw_only=True, omit_defaults=True):
    """One use of the service: when, values by item, and whose: a subject's id, or one identifier held then."""

    hidden = ("subject",)
    at: datetime
    items: Mapping[str, str]
    subject: str | None = None
    identifier: Mapping[str, str] = {}


class AppendUsage(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Append records of use of many users, at most 10,000; under one ``batch`` name they are appended once."""

    hidden = ("records",)
    service: str
    purpose: str
    records: Sequence[UsageRecord]
    batch: str | None = None
    place: Place = Place()


class ReadUsage(About, frozen=True, kw_only=True, omit_defaults=True):
    """Open a page of one user's records of use: since a moment, before another, from ``cursor`` on."""

    purposes: Sequence[str]
    items: Sequence[str]
    since: datetime
    until: datetime
    limit: int = 100
    cursor: str | None = None
    action: Literal["read", "use", "disclose"] = "read"
    recipient: str | None = None


class Check(About, frozen=True, kw_only=True, omit_defaults=True):
    """Ask what the door would do, without opening anything; recorded as a check."""

    purposes: Sequence[str] = ()
    items: Sequence[str] = ()
    action: Action = "read"
    recipient: str | None = None
    approval: str | None = None


class Correct(About, frozen=True, kw_only=True, omit_defaults=True):
    """Replace items by corrected values; ``expected`` names versions that must be the present ones."""

    purposes: Sequence[str]
    values: Mapping[str, str]
    expected: Mapping[str, int] = {}


class Consent(About, frozen=True, kw_only=True, omit_defaults=True):
    """Note what a known user agrees to."""

    consents: Sequence[ConsentGiven]


class Withdraw(About, frozen=True, kw_only=True, omit_defaults=True):
    """End consent for purposes, or for items of them, at once."""

    purposes: Sequence[str]
    items: Sequence[str] = ()


class AgreedLimit(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A limit agreed with the user: what shall not be done; an empty part covers all."""

    id: str
    purposes: Collection[str] = ()
    items: Collection[str] = ()
    actions: Collection[Action] = ()
    until: datetime | None = None


class Agree(About, frozen=True, kw_only=True, omit_defaults=True):
    """Note a limit agreed with one user."""

    agreement: AgreedLimit


class Terminate(About, frozen=True, kw_only=True, omit_defaults=True):
    """End the subject's use of a service now; what ends is destroyed ``undo_days`` later.

    ``tell``: ask what was held of it, until when, and who was given copies.
    """

    undo_days: int = 0
    tell: bool = False


class Resume(About, frozen=True, kw_only=True, omit_defaults=True):
    """Take up a service again that the subject left, while its destruction waits."""


class GiveBack(About, frozen=True, kw_only=True, omit_defaults=True):
    """End the binding of identifiers that may be issued to another."""

    items: Sequence[str]


class Compare(About, frozen=True, kw_only=True, omit_defaults=True):
    """Ask whether an identifier is the subject's; nothing is shown or opened."""

    purposes: Sequence[str]
    item: str
    value: str


class Freeze(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What an incident freezes: an account (``service`` and ``subject``), or something else by its ``name``."""

    incident: str
    target: Target = "account"
    name: str | None = None
    service: str | None = None
    subject: Subject | None = None
    place: Place = Place()


class EraseDue(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Erase what has come to its end, for ``limit`` subjects at most."""

    limit: int = 200


class IssueToken(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Make a token; the answer shows it, this once. Without ``id`` one is chosen."""

    hidden = ("actor",)
    kind: CallerKind
    actor: str
    until: datetime
    id: str | None = None
    post: str | None = None
    agent: str | None = None


class Party(Message, frozen=True, kw_only=True, omit_defaults=True):
    """AuthZEN's subject: who acts, by kind and id; it has to be the caller."""

    hidden = ("id",)
    type: str
    id: str


class NamedAction(Message, frozen=True, kw_only=True, omit_defaults=True):
    """AuthZEN's action, by the name it has here."""

    name: Action


class Resource(Message, frozen=True, kw_only=True, omit_defaults=False):
    """AuthZEN's resource: a user, by id."""

    hidden = ("id",)
    type: Literal["subject"] = "subject"
    id: str


class Circumstances(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What else the use is: service, purposes, items, recipient, place."""

    hidden = ("approval",)
    service: str
    purposes: Sequence[str] = ()
    items: Sequence[str] = ()
    recipient: str | None = None
    approval: str | None = None
    place: Place = Place()


class NoteAct(Message, frozen=True, kw_only=True, omit_defaults=True):
    """An act upon a register; ``evidence`` is a salted SHA-256, base64url, of what was written there."""

    register: str
    act: str
    entry: str
    evidence: str
    duty: str | None = None
    dispatch: str | None = None


class NotePublication(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A policy about to be published elsewhere, or not after all; ``policy`` is its SHA-256, in hex."""

    act: Literal["declare", "apply-policy"]
    policy: str
    outcome: Literal["published", "aborted"] = "published"


class KeepCosignature(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A witness's answer: of which log and size, by which witness (vkey), and its body."""

    origin: str
    size: int
    witness: str
    answer: str


class AskExercised(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Ask what holders did with their grants: ``post:…``, ``agent:…``, ``account:…``, ``person:…``; 50 at most."""

    hidden = ("holders",)
    holders: Sequence[str]


class ReadConsents(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Whose consents to a service are read, for which purposes."""

    service: str
    subject: Subject
    purposes: Sequence[str]
    place: Place = Place()
    ticket: str | None = None
    reason: str | None = None


class CountConsents(Message, frozen=True, kw_only=True, omit_defaults=True):
    """From which subject on (not included) to count, how many of them at the most."""

    hidden = ("after",)
    after: str | None = None
    limit: int = 5_000


class Evaluation(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Ask in the form of AuthZEN 1.0 whether a use is permitted; recorded as a check, nothing opened."""

    subject: Party
    action: NamedAction
    resource: Resource
    context: Circumstances
