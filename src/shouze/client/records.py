"""Handling records: what a program asks to see, and what it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from shouze.client.answers import Receipt
from shouze.client.messages import Message, Place

InspectionPurpose = Literal["investigation", "supervision", "user-request", "order", "watch"]


class Looking(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What every look says: what it is for, and why in words."""

    hidden = ("reason", "subject")
    purpose: InspectionPurpose
    reason: str
    place: Place = Place()


class TallyRecords(Looking, frozen=True, kw_only=True, omit_defaults=True):
    """Count what is sought: all that is given has to hold; ``until`` is open at its right end."""

    subject: str | None = None
    actor: str | None = None
    agent: str | None = None
    service: str | None = None
    item: str | None = None
    site: str | None = None
    act: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class SearchRecords(TallyRecords, frozen=True, kw_only=True, omit_defaults=True):
    """Return a page of what is sought: from ``cursor`` on, in the log's order or the newest first."""

    order: Literal["oldest", "newest"] = "oldest"
    cursor: int | None = None
    limit: int = 100


class ProveRecords(Looking, frozen=True, kw_only=True, omit_defaults=True):
    """Return proofs of records by their places, 100 at most; ``openings`` names private fields, on an order alone."""

    records: Sequence[int]
    openings: Sequence[str] = ()


class FoundRecord(Message, frozen=True, kw_only=True):
    """A record: its place in the log and its number; who, from where, when, what, and how it was decided.

    ``refused_for`` is the one of several purposes under which it was refused.
    """

    index: int
    node: int
    boot: str
    nseq: int
    at: datetime
    kind: str
    actor: str | None
    post: str | None
    agent: str | None
    site: str | None
    terminal: str | None
    address: str | None
    act: str
    service: str | None
    purposes: tuple[str, ...]
    items: tuple[str, ...]
    rows: int
    recipient: str | None
    outcome: str
    code: str | None
    article: str | None
    refused_for: str | None = None


class FoundRecords(Message, frozen=True, kw_only=True):
    """A page of records; ``cursor`` where more may follow."""

    records: tuple[FoundRecord, ...]
    cursor: int | None
    receipt: Receipt | None


class Tallied(Message, frozen=True, kw_only=True):
    """How many records, about how many subjects; by day (Asia/Shanghai), item, act, outcome, and one actor's by hour.

    A door of the release before counts no hours.
    """

    records: int
    subjects: int
    days: dict[str, int]
    items: dict[str, int]
    acts: dict[str, int]
    outcomes: dict[str, int]
    hours: dict[str, int] = msgspec.field(default_factory=dict)
    receipt: Receipt | None


class OpenedRecord(Message, frozen=True, kw_only=True):
    """What became of a record's openings, and the disclosures of the fields that were asked for."""

    hidden = ("texts",)
    state: Literal["opened", "none", "ended", "changed"]
    texts: tuple[str, ...]


class Proved(Message, frozen=True, kw_only=True):
    """Proofs (C2SP tlog-proof, the record within), in the order asked, the logs' public keys, openings asked for."""

    proofs: tuple[str, ...]
    vkeys: tuple[str, ...]
    receipt: Receipt | None
    openings: tuple[OpenedRecord, ...] = ()
