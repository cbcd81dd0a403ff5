"""Bulk requests: what a program asks, and what it is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from shouze.client.messages import Message, Place

BulkAction = Literal["export", "copy", "destroy"]
Reach = Literal["users", "users-and-former", "listed"]
Format = Literal["csv", "ndjson"]
State = Literal["requested", "approved", "refused", "lapsed", "running", "done", "stopped", "failed", "expired"]


class Scope(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Whom it is about: the service's users, those who left as well, or listed ones; perhaps only who consented."""

    reach: Reach = "users"
    consented: str | None = None


class Listed(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Subjects named one by one: by ``id``, or by the item whose identifiers the values are."""

    hidden = ("values",)
    by: str
    values: Sequence[str]


class RequestBulk(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Ask for an export, copying or destruction in bulk."""

    hidden = ("reason", "ticket", "recipient")
    service: str
    purpose: str
    action: BulkAction
    items: Sequence[str]
    volume: int
    reason: str
    scope: Scope = Scope()
    provided_to: str | None = None
    recipient_key: str | None = None
    format: Format = "csv"
    decide_days: int = 3
    keep_days: int = 7
    ticket: str | None = None
    recipient: str | None = None
    listed: Listed | None = None
    place: Place = Place()


class FromPlace(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Where the caller stands."""

    place: Place = Place()


class BulkRequest(Message, frozen=True, kw_only=True):
    """A bulk request as it stands; counts are of subjects, ``refused`` by code."""

    hidden = ("reason", "ticket", "recipient")
    id: str
    state: State
    service: str
    purpose: str
    action: BulkAction
    items: tuple[str, ...]
    reach: Reach
    consented: str | None
    volume: int
    format: Format
    recipient_key: str | None
    asked_by: str
    asked_at: datetime
    decide_by: datetime
    decided_by: str | None
    decided_at: datetime | None
    until: datetime | None
    begun_at: datetime | None
    ended_at: datetime | None
    why: str | None
    stopping: bool
    listed: int
    unknown: int
    seen: int
    rows: int
    not_held: int
    kept: int
    refused: dict[str, int]
    reason: str | None = None
    ticket: str | None = None
    recipient: str | None = None
    provided_to: str | None = None


class BulkRequests(Message, frozen=True, kw_only=True):
    """The newest requests that the caller made or may decide about."""

    requests: tuple[BulkRequest, ...]


class CertifiedForm(Message, frozen=True, kw_only=True, omit_defaults=True):
    """What was asked."""

    service: str
    purpose: str
    action: BulkAction
    items: tuple[str, ...]
    volume: int
    scope: Scope = Scope()
    provided_to: str | None = None
    recipient_key: str | None = None
    format: Format = "csv"
    decide_days: int = 3
    keep_days: int = 7


class Counts(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Subjects: looked at, destroyed, with nothing held, kept by a named law, refused by code."""

    seen: int = 0
    rows: int = 0
    not_held: int = 0
    kept: int = 0
    refused: Mapping[str, int] = {}


class CertifiedLeaf(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Where a record stands in the log, what it says, and the policy it was decided under."""

    node: int
    boot: str
    nseq: int
    leaf: bytes
    act: str
    outcome: str
    rows: int
    policy: str = ""


class Certificate(Message, frozen=True, kw_only=True):
    """A destruction as anyone with the log can check it."""

    format: Literal["shouze-certificate/1"]
    request: str
    form: CertifiedForm
    requested_by: str
    requested_at: datetime
    approved_by: str
    approved_at: datetime
    begun_at: datetime
    ended_at: datetime
    counts: Counts
    policies: tuple[str, ...]
    leaves: tuple[CertifiedLeaf, ...]
    root: str
