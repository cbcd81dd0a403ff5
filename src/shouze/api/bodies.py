"""What requests carry, as types: they read, check and document it.

Identifiers and values stand in bodies alone, never in a URL.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from shouze.gateway.asking import ConsentGiven, Note, SubjectId, SubjectRef, Value
from shouze.rules.declaration import Name
from shouze.rules.entries import Id
from shouze.rules.use import Action, ActorKind, Place

Label = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Names = Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=100)]
Purposes = Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=8)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
TokenId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$(?!\n)")]
Values = Annotated[dict[Name, Value], msgspec.Meta(min_length=1, max_length=100)]


class ClaimedPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where the caller says that it stands; the network address comes from the connection."""

    site: Label | None = None
    terminal: Label | None = None

    def at(self, address: str | None) -> Place:
        """Return the place with the network address that the connection comes from."""
        return Place(self.site, self.terminal, address)


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every request about one subject says; ``ticket`` and ``reason`` are kept as personal information."""

    service: Name
    subject: SubjectRef
    place: ClaimedPlace = ClaimedPlace()
    ticket: Note | None = None
    reason: Note | None = None


class CollectBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Values to take in for purposes, with the consents just given; without ``subject`` a new one is made."""

    service: Name
    subject: SubjectRef | None = None
    purposes: Purposes
    values: Values
    consents: Annotated[tuple[ConsentGiven, ...], msgspec.Meta(max_length=8)] = ()
    place: ClaimedPlace = ClaimedPlace()
    ticket: Note | None = None
    reason: Note | None = None


class ReleaseBody(About, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Items to open for purposes; ``recipient`` with the action ``disclose``, ``approval`` for bulk."""

    purposes: Purposes
    items: Names
    action: Literal["read", "use", "disclose", "export", "copy"] = "read"
    recipient: Name | None = None
    approval: Note | None = None


class CheckBody(About, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The use to decide without opening anything."""

    purposes: Annotated[tuple[Name, ...], msgspec.Meta(max_length=8)] = ()
    items: Annotated[tuple[Name, ...], msgspec.Meta(max_length=100)] = ()
    action: Action = "read"
    recipient: Name | None = None
    approval: Note | None = None


class ReadConsentsBody(About, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whose consents to a service are read, for which purposes."""

    purposes: Purposes


class CountConsentsBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """From which subject on (not included) to count, how many of them at the most."""

    after: SubjectId | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 5_000


class CorrectBody(About, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Corrected values; ``expected`` names versions that must be the present ones."""

    purposes: Purposes
    values: Values
    expected: Annotated[dict[Name, int], msgspec.Meta(max_length=100)] = {}


class ConsentBody(About, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Consents given by a known user."""

    consents: Annotated[tuple[ConsentGiven, ...], msgspec.Meta(min_length=1, max_length=8)]


class WithdrawBody(About, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Purposes, or items of them, for which consent ends."""

    purposes: Purposes
    items: Annotated[tuple[Name, ...], msgspec.Meta(max_length=100)] = ()


class AgreedLimit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A limit agreed with the user: what shall not be done; an empty part covers all."""

    id: Id
    purposes: frozenset[Name] = frozenset()
    items: frozenset[Name] = frozenset()
    actions: frozenset[Action] = frozenset()
    until: Moment | None = None


class AgreeBody(About, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A limit agreed with one user."""

    agreement: AgreedLimit


class TerminateBody(About, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The service whose use the subject ends; what ends is destroyed ``undo_days`` later.

    ``tell``: what was held of it, until when, and who was given copies.
    """

    undo_days: Annotated[int, msgspec.Meta(ge=0, le=15)] = 0
    tell: bool = False


class ResumeBody(About, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The service that the subject takes up again."""


class GiveBackBody(About, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The identifiers that go back."""

    items: Names


class CompareBody(About, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An identifier to compare with the subject's."""

    purposes: Purposes
    item: Name
    value: Value


class FreezeBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an incident freezes: an account (``service`` and ``subject``), or something else by its ``name``."""

    incident: Note
    target: Literal["account", "service", "agent", "item", "action", "actor"] = "account"
    name: Id | None = None
    service: Name | None = None
    subject: SubjectRef | None = None
    place: ClaimedPlace = ClaimedPlace()


class EraseDueBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How many subjects to treat at most."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 200


class IssueBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whose token is made, and until when it serves; without ``id`` one is chosen."""

    kind: ActorKind | Literal["face"]
    actor: Id
    until: Moment
    id: TokenId | None = None
    post: Name | None = None
    agent: Id | None = None
