"""What requests carry and what answers say, as types: they read, write and document the api.

Identifiers and values stand in bodies alone, never in a URL.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from shouze.api.problems import RefusalAnswer
from shouze.gateway.asking import ConsentGiven, Note, SubjectId, SubjectRef, Value
from shouze.rules.declaration import Declaration, Name, Operator
from shouze.rules.entries import Id
from shouze.rules.policy import Policy
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


class ReceiptAnswer(msgspec.Struct, frozen=True):
    """Where the record stands: node, boot, number on that node, and its leaf hash."""

    node: int
    boot: str
    nseq: int
    leaf: bytes


class DoneAnswer(msgspec.Struct, frozen=True):
    """That it is done, to which subject, and where it is recorded; versions of items written."""

    subject: SubjectId
    receipt: ReceiptAnswer | None
    versions: dict[str, int]


class FormerValue(msgspec.Struct, frozen=True):
    """A value that was corrected, and when."""

    value: str
    until: datetime


class ReleasedAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """Values by item; refusals by item; items permitted of which nothing is held.

    ``former``, in an answer to the subject alone: what was corrected, by item, the oldest first.
    """

    subject: SubjectId
    items: dict[str, str]
    withheld: dict[str, RefusalAnswer]
    not_held: tuple[str, ...]
    versions: dict[str, int]
    receipt: ReceiptAnswer | None
    former: dict[str, tuple[FormerValue, ...]] = {}


class CheckedAnswer(msgspec.Struct, frozen=True):
    """What the door would do."""

    permitted: bool
    items: tuple[str, ...]
    withheld: dict[str, RefusalAnswer]
    refusal: RefusalAnswer | None
    receipt: ReceiptAnswer | None


class ComparedAnswer(msgspec.Struct, frozen=True):
    """Whether the identifier is the subject's."""

    subject: SubjectId
    matches: bool
    receipt: ReceiptAnswer | None


class FrozenAnswer(msgspec.Struct, frozen=True):
    """What was frozen or released; ``subject`` and ``receipt`` for an account, ``epoch`` of the policy otherwise."""

    target: str
    subject: SubjectId | None = None
    receipt: ReceiptAnswer | None = None
    epoch: int | None = None


class ErasedAnswer(msgspec.Struct, frozen=True):
    """How many subjects were treated; as many as the limit means that there may be more."""

    subjects: int


class PublicationAnswer(msgspec.Struct, frozen=True):
    """The policy now in force, the version of each declared service, and which of them are new.

    ``absent``: entries that were to be removed, ``kind/id``, and were not there.
    """

    epoch: int
    digest: str
    versions: dict[str, int]
    published: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


class ShownCaller(msgspec.Struct, frozen=True, omit_defaults=True):
    """A token's entry in the policy, without the hash of its secret."""

    kind: str
    actor: str
    until: datetime
    post: str | None = None
    agent: str | None = None
    revoked: bool = False


class PolicyAnswer(msgspec.Struct, frozen=True):
    """The compiled policy; its tokens are shown in ``callers``, without the hashes of their secrets."""

    policy: Policy
    callers: dict[str, ShownCaller]


class IssuedAnswer(msgspec.Struct, frozen=True):
    """A new token; it is shown this once."""

    id: str
    token: str
    until: datetime
    epoch: int


class BothWords(msgspec.Struct, frozen=True):
    """Words in Chinese and English."""

    zh: str
    en: str


class ErrorRow(msgspec.Struct, frozen=True):
    """One row of the catalogue of errors."""

    code: str
    status: int
    article: str | None
    title: BothWords
    remedy: BothWords


class ErrorsAnswer(msgspec.Struct, frozen=True):
    """The catalogue of errors and refusals."""

    errors: tuple[ErrorRow, ...]


class HealthAnswer(msgspec.Struct, frozen=True):
    """That the process lives."""

    status: Literal["alive"]


class ReadyAnswer(msgspec.Struct, frozen=True):
    """Whether requests can be served, and each part by name: ``ok`` or the code of what is wrong."""

    ready: bool
    checks: dict[str, str]


class ShownConsent(msgspec.Struct, frozen=True):
    """One consent: to which purpose and version, of which items, by which act, when, until when."""

    purpose: str
    version: int
    items: tuple[str, ...]
    at: datetime
    act: str
    channel: str
    recipients: tuple[str, ...] = ()
    until: datetime | None = None
    withdrawn_at: datetime | None = None


class ShownLimit(msgspec.Struct, frozen=True):
    """One limit agreed with the user; an empty part covers all."""

    id: str
    purposes: tuple[str, ...]
    items: tuple[str, ...]
    actions: tuple[str, ...]
    until: datetime | None = None


class ConsentsAnswer(msgspec.Struct, frozen=True):
    """What one subject agreed to for a service, when it left it, and where this look is recorded."""

    subject: str
    consents: tuple[ShownConsent, ...]
    agreements: tuple[ShownLimit, ...]
    left: datetime | None
    receipt: ReceiptAnswer | None


class ConsentTally(msgspec.Struct, frozen=True):
    """How many consents to one purpose rest on one version: standing, and withdrawn."""

    service: str
    purpose: str
    version: int
    standing: int
    withdrawn: int


class CountedAnswer(msgspec.Struct, frozen=True):
    """What was counted; ``after`` is where to go on (null: that was all), ``share`` the share of ids passed so far."""

    subjects: int
    after: str | None
    share: float
    tallies: tuple[ConsentTally, ...]
    receipt: ReceiptAnswer | None


class ShownDeclaration(msgspec.Struct, frozen=True):
    """One published version of a service's rules."""

    service: str
    version: int
    at: datetime
    digest: str
    declaration: Declaration


class DeclarationsAnswer(msgspec.Struct, frozen=True):
    """The operator as it last declared, and published rules by service and version."""

    operator: Operator | None
    declarations: tuple[ShownDeclaration, ...]
