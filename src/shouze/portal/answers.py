"""What the JSON API for the operator's apps answers; words come in the language that is asked for."""

from __future__ import annotations

from datetime import datetime

import msgspec


class SignedIn(msgspec.Struct, frozen=True):
    """A token, to be sent as ``Authorization: Bearer``, and until when it serves."""

    token: str
    until: datetime


class Ground(msgspec.Struct, frozen=True):
    """For what an item is held: since when, until when (null: see ``kept``), under which law."""

    service: str
    purpose: str
    since: datetime
    until: datetime | None
    law: str | None
    kept: str | None
    """How long, in words, where no day is set yet."""


class HeldItem(msgspec.Struct, frozen=True):
    """An item; its value where it was asked for."""

    item: str
    name: str
    since: datetime | None
    value: str | None
    corrected_at_once: bool
    held: list[Ground]


class Held(msgspec.Struct, frozen=True):
    """What is held."""

    items: list[HeldItem]


class Record(msgspec.Struct, frozen=True):
    """One handling: by whom, where, for what, with what outcome, and why it was refused."""

    index: int
    at: datetime
    who: str
    act: str
    site: str | None
    service: str
    purposes: list[str]
    items: list[str]
    recipient: str | None
    outcome: str
    code: str | None
    article: str | None
    why: str | None
    rule: str | None


class Records(msgspec.Struct, frozen=True):
    """A page of handlings, the newest first; ``before`` asks for the next."""

    records: list[Record]
    before: int | None


class Proof(msgspec.Struct, frozen=True):
    """The proof of one record (C2SP tlog-proof), and the public keys of the logs."""

    proof: str
    vkeys: list[str]


class AskedItem(msgspec.Struct, frozen=True):
    """An item that is asked for, and what follows a refusal; whether the user agrees to it now."""

    item: str
    name: str
    refusal: str
    agreed: bool


class AskedRecipient(msgspec.Struct, frozen=True):
    """Somebody to whom it is provided with consent; whether the user agrees to that now."""

    recipient: str
    name: str
    agreed: bool


class AskedPurpose(msgspec.Struct, frozen=True):
    """A purpose that rests on consent, and where the user stands."""

    service: str
    purpose: str
    version: int
    name: str
    how: str
    kept: str
    needed: bool
    state: str
    state_words: str
    necessary: list[AskedItem]
    optional: list[AskedItem]
    recipients: list[AskedRecipient]
    changes: list[str]
    at: datetime | None


class AskedService(msgspec.Struct, frozen=True):
    """A service with what it asks."""

    service: str
    name: str
    purposes: list[AskedPurpose]


class Consents(msgspec.Struct, frozen=True):
    """What is asked."""

    services: list[AskedService]


class State(msgspec.Struct, frozen=True):
    """What holds from now on."""

    state: str


class Service(msgspec.Struct, frozen=True):
    """A service that the user uses or left; ``linked``: another link to the certificate can be had."""

    service: str
    name: str
    left: datetime | None
    linked: bool


class Services(msgspec.Struct, frozen=True):
    """The user's services."""

    services: list[Service]


class Line(msgspec.Struct, frozen=True):
    """An item of a purpose, or records of its use: by when it is destroyed, and the law that keeps it."""

    item: str
    name: str
    purpose: str
    purpose_name: str
    records_of_use: bool
    by: datetime
    law: str | None


class Prospect(msgspec.Struct, frozen=True):
    """What leaving ends, what a law keeps, and within how many days a mistake can be undone."""

    service: str
    name: str
    undo_days: int
    ends: list[Line]
    kept: list[Line]


class Store(msgspec.Struct, frozen=True):
    """A store, how far erasing reaches it, until when at the latest, and who else has copies (null: not known)."""

    name: str
    state: str
    until: datetime | None
    recipients: list[str] | None


class Parted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of having left; ``certified``: the certificate can be fetched. It says nothing of whose it is."""

    number: str
    service: str
    name: str
    asked_at: datetime
    undo_until: datetime | None
    undone_at: datetime | None
    destroyed: list[Line]
    to_be_destroyed: list[Line]
    kept: list[Line]
    stores: list[Store]
    certified: bool
    until: datetime


class Left(Parted, frozen=True, kw_only=True):
    """That it was left; the link and its secret are told this once."""

    link: str
    secret: str
    account_gone: bool


class Problem(msgspec.Struct, frozen=True):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    remedy: str
    field: str | None
