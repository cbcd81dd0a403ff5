"""What answers say, as types: they write and document it.

Values stand in bodies alone, never in a URL.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from shouze.api.problems import RefusalAnswer
from shouze.gateway.asking import SubjectId
from shouze.rules.declaration import Declaration, Operator
from shouze.rules.policy import Policy


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
