"""What a portal asks for the one subject that it names, and what it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from shouze.client.answers import LimitShown, Receipt
from shouze.client.messages import Message, Place


class Recognise(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Ask who holds an identifier now."""

    hidden = ("value",)
    item: str
    value: str
    place: Place = Place()


class Recognised(Message, frozen=True, kw_only=True):
    """The present holder's id, or None."""

    hidden = ("subject",)
    subject: str | None
    receipt: Receipt | None


class OwnStanding(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Ask where the subject stands."""

    place: Place = Place()


class OwnRecords(OwnStanding, frozen=True, kw_only=True, omit_defaults=True):
    """Ask for a page of the records about the subject."""

    service: str | None = None
    item: str | None = None
    act: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    order: Literal["oldest", "newest"] = "newest"
    cursor: int | None = None
    limit: int = 50


class OwnRecipients(OwnStanding, frozen=True, kw_only=True, omit_defaults=True):
    """Ask to whom copies were given."""

    service: str | None = None


class OwnProofs(OwnStanding, frozen=True, kw_only=True, omit_defaults=True):
    """Ask for the proofs of records about the subject."""

    records: Sequence[int]


class ConsentOfOwn(Message, frozen=True, kw_only=True):
    """One consent: to which service, purpose and version, of which items, by which act, when, until when."""

    service: str
    purpose: str
    version: int
    items: tuple[str, ...]
    at: datetime
    act: str
    channel: str
    recipients: tuple[str, ...]
    until: datetime | None
    withdrawn_at: datetime | None


class HeldOfOwn(Message, frozen=True, kw_only=True):
    """An item held for a purpose: version, since when, until when, under which law; ``usage``: records of use."""

    service: str
    purpose: str
    item: str
    version: int
    at: datetime
    due: datetime | None
    law: str | None
    usage: bool


class PurposeOfOwn(Message, frozen=True, kw_only=True):
    """A purpose as declared now; ``since`` and ``items`` name the versions since which their terms stand."""

    purpose: str
    since: int
    items: dict[str, int]
    law: str | None
    necessary: bool


class ServiceOfOwn(Message, frozen=True, kw_only=True):
    """A service that the subject uses, or left."""

    service: str
    version: int | None
    left: datetime | None
    purposes: tuple[PurposeOfOwn, ...]


class Stands(Message, frozen=True, kw_only=True):
    """Where the subject stands."""

    hidden = ("services", "consents", "held", "agreements")
    services: tuple[ServiceOfOwn, ...]
    consents: tuple[ConsentOfOwn, ...]
    held: tuple[HeldOfOwn, ...]
    agreements: tuple[LimitShown, ...]
    frozen: bool
    receipt: Receipt | None


class RecordOfOwn(Message, frozen=True, kw_only=True):
    """One handling of what is the subject's."""

    index: int
    at: datetime
    kind: str
    post: str | None
    agent: str | None
    account: str | None
    site: str | None
    act: str
    service: str | None
    purposes: tuple[str, ...]
    items: tuple[str, ...]
    recipient: str | None
    outcome: str
    code: str | None
    article: str | None
    rule: str | None


class RecordsOfOwn(Message, frozen=True, kw_only=True):
    """A page of records; ``cursor`` where more may follow."""

    hidden = ("records",)
    records: tuple[RecordOfOwn, ...]
    cursor: int | None
    receipt: Receipt | None


class ProofsOfOwn(Message, frozen=True, kw_only=True):
    """Proofs (C2SP tlog-proof, the record within), in the order asked, and the public keys of the logs."""

    proofs: tuple[str, ...]
    vkeys: tuple[str, ...]
    receipt: Receipt | None


class RecipientsOfOwn(Message, frozen=True, kw_only=True):
    """To whom copies were given, by their ids."""

    recipients: tuple[str, ...]
    receipt: Receipt | None


class Left(Message, frozen=True, kw_only=True):
    """That a service was left; where asked, what was held of it with its end, and who has copies (None: not known)."""

    hidden = ("subject",)
    subject: str
    receipt: Receipt | None
    versions: dict[str, int]
    held: tuple[HeldOfOwn, ...] = ()
    recipients: tuple[str, ...] | None = None
