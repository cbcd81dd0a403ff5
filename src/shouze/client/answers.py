"""What the door answers; members that a later door adds are passed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from shouze.client.messages import Message


class Receipt(Message, frozen=True, kw_only=True):
    """Where the record stands: node, boot, number on that node, and its leaf hash (32 bytes)."""

    node: int
    boot: str
    nseq: int
    leaf: bytes


class Refusal(Message, frozen=True, kw_only=True):
    """A shut door: code, article, what was refused, and the words for it.

    ``purpose`` is the one of several under which it was refused; None where each of them refuses alike.
    """

    code: str
    article: str
    what: str | None
    title: str
    purpose: str | None = None


class Done(Message, frozen=True, kw_only=True):
    """That it is done, to which subject, and where it is recorded; versions of items written."""

    hidden = ("subject",)
    subject: str
    receipt: Receipt | None
    versions: dict[str, int]


class FormerValue(Message, frozen=True, kw_only=True):
    """A value that was corrected, and when."""

    hidden = ("value",)
    value: str
    until: datetime


class Released(Message, frozen=True, kw_only=True):
    """Values by item; refusals by item; items permitted of which nothing is held."""

    hidden = ("subject",)
    subject: str
    items: dict[str, str]
    withheld: dict[str, Refusal]
    not_held: tuple[str, ...]
    versions: dict[str, int]
    receipt: Receipt | None
    former: Mapping[str, tuple[FormerValue, ...]] = {}
    """To the subject alone: what was corrected, by item, the oldest first."""


class UsageAppended(Message, frozen=True, kw_only=True):
    """How many records were appended, refused by code, or of nobody known; ``replayed``: they were so before."""

    appended: int
    refused: dict[str, int]
    unknown: int
    replayed: bool
    receipts: tuple[Receipt, ...]


class UsageRow(Message, frozen=True, kw_only=True):
    """One record of use: when, and values by item."""

    at: datetime
    items: dict[str, str]


class UsageRead(Message, frozen=True, kw_only=True):
    """A page of records of use; ``cursor`` where more may follow."""

    hidden = ("subject", "records")
    subject: str
    records: tuple[UsageRow, ...]
    withheld: dict[str, Refusal]
    not_held: tuple[str, ...]
    cursor: str | None
    receipt: Receipt | None


class ConsentShown(Message, frozen=True, kw_only=True):
    """One consent: to which purpose and version, of which items, by which act, when, until when."""

    purpose: str
    version: int
    items: tuple[str, ...]
    at: datetime
    act: str
    channel: str
    recipients: tuple[str, ...]
    until: datetime | None
    withdrawn_at: datetime | None


class LimitShown(Message, frozen=True, kw_only=True):
    """One limit agreed with the user; an empty part covers all."""

    id: str
    purposes: tuple[str, ...]
    items: tuple[str, ...]
    actions: tuple[str, ...]
    until: datetime | None


class Consents(Message, frozen=True, kw_only=True):
    """What one subject agreed to for a service, and when it left it."""

    hidden = ("subject", "consents", "agreements")
    subject: str
    consents: tuple[ConsentShown, ...]
    agreements: tuple[LimitShown, ...]
    left: datetime | None
    receipt: Receipt | None


class ConsentTally(Message, frozen=True, kw_only=True):
    """How many consents to one purpose rest on one version: standing, and withdrawn."""

    service: str
    purpose: str
    version: int
    standing: int
    withdrawn: int


class ConsentsCounted(Message, frozen=True, kw_only=True):
    """What was counted; ``after`` is where to go on (None: that was all), ``share`` the share of ids passed so far."""

    hidden = ("after",)
    subjects: int
    after: str | None
    share: float
    tallies: tuple[ConsentTally, ...]
    receipt: Receipt | None


class DeclarationShown(Message, frozen=True, kw_only=True):
    """One published version of a service's rules, as plain JSON (its shape stands in the api's documentation)."""

    service: str
    version: int
    at: datetime
    digest: str
    declaration: dict[str, Any]


class Declarations(Message, frozen=True, kw_only=True):
    """The operator as it last declared, and published rules by service and version."""

    operator: dict[str, Any] | None
    declarations: tuple[DeclarationShown, ...]


class Checked(Message, frozen=True, kw_only=True):
    """What the door would do."""

    permitted: bool
    items: tuple[str, ...]
    withheld: dict[str, Refusal]
    refusal: Refusal | None
    receipt: Receipt | None


class Compared(Message, frozen=True, kw_only=True):
    """Whether the identifier is the subject's."""

    hidden = ("subject",)
    subject: str
    matches: bool
    receipt: Receipt | None


class Frozen(Message, frozen=True, kw_only=True):
    """What was frozen or released; ``subject`` and ``receipt`` for an account, ``epoch`` of the policy otherwise."""

    hidden = ("subject",)
    target: str
    subject: str | None = None
    receipt: Receipt | None = None
    epoch: int | None = None


class Erased(Message, frozen=True, kw_only=True):
    """How many subjects were treated; as many as the limit means that there may be more."""

    subjects: int


class Published(Message, frozen=True, kw_only=True):
    """The policy now in force, the version of each declared service, and which of them are new.

    ``absent``: entries that were to be removed, ``kind/id``, and were not there.
    """

    epoch: int
    digest: str
    versions: dict[str, int]
    published: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


class Cosigned(Message, frozen=True, kw_only=True):
    """Which witness has cosigned, and when by its own clock, in seconds since 1970."""

    witness: str
    time: int


class ShownCaller(Message, frozen=True, kw_only=True):
    """A token's entry in the policy, without the hash of its secret."""

    hidden = ("actor",)
    kind: str
    actor: str
    until: datetime
    post: str | None = None
    agent: str | None = None
    revoked: bool = False


class EntitledRow(Message, frozen=True, kw_only=True):
    """Actions on items for one declared purpose.

    ``law`` is what the purpose rests on in place of consent, ``recipient`` to whom is disclosed; with ``site`` it holds
    at that site alone.
    """

    service: str
    version: int
    purpose: str
    law: str | None
    actions: tuple[str, ...]
    items: tuple[str, ...]
    recipient: str | None
    site: str | None


class Entitled(Message, frozen=True, kw_only=True):
    """What the caller may ask for under the policy of this epoch, whoever the user is."""

    epoch: int
    entitled: tuple[EntitledRow, ...]


class PolicyInForce(Message, frozen=True, kw_only=True):
    """The compiled policy as plain JSON (its shape stands in the api's documentation), and its tokens' entries."""

    policy: dict[str, Any]
    callers: dict[str, ShownCaller]


class EntriesInForce(Message, frozen=True, kw_only=True):
    """The entries in force, as a policy file in plain JSON, without tokens."""

    entries: dict[str, Any]


class Issued(Message, frozen=True, kw_only=True):
    """A new token; it is shown this once."""

    hidden = ("token",)
    id: str
    token: str
    until: datetime
    epoch: int


class ExercisedRow(Message, frozen=True, kw_only=True):
    """What a holder did: by how many actors, how often, first and last when; ``item`` is empty where none is named."""

    hidden = ("holder",)
    holder: str
    service: str
    purpose: str
    action: str
    item: str
    actors: int
    uses: int
    first: datetime
    last: datetime


class Exercised(Message, frozen=True, kw_only=True):
    """What holders did with their grants, and how many leaves of the log that counts, of how many."""

    counted: int
    size: int
    more: bool
    exercised: tuple[ExercisedRow, ...]


class Words(Message, frozen=True, kw_only=True):
    """Words in Chinese and English."""

    zh: str
    en: str


class Reasons(Message, frozen=True, kw_only=True):
    """Why an evaluation says no: code, article, words for users and for administrators, codes by withheld item.

    ``purpose`` is the one of several under which it is refused, where not each of them refuses alike.
    """

    code: str | None = None
    article: str | None = None
    reason_user: Words | None = None
    reason_admin: Words | None = None
    purpose: str | None = None
    withheld: dict[str, str] = msgspec.field(default_factory=dict)


class Evaluated(Message, frozen=True, kw_only=True):
    """An AuthZEN access evaluation response."""

    decision: bool
    context: Reasons | None = None


class ErrorRow(Message, frozen=True, kw_only=True):
    """One row of the catalogue of errors."""

    code: str
    status: int
    article: str | None
    title: Words
    remedy: Words


class Errors(Message, frozen=True, kw_only=True):
    """The catalogue of errors and refusals."""

    errors: tuple[ErrorRow, ...]


class Problem(Message, frozen=True, kw_only=True):
    """An error as the door tells it: RFC 9457, with Shouze's own members after ``instance``."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    remedy: str
    article: str | None = None
    purpose: str | None = None
    field: str | None = None
    line: int | None = None
    withheld: dict[str, Refusal] | None = None
