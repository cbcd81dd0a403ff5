"""What feeds and readers of records of use ask of the door, and what they get."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from shouze.errors import InvalidError
from shouze.gateway.asking import SubjectId
from shouze.journal.record import Receipt
from shouze.language import Text
from shouze.rules.declaration import Name
from shouze.rules.period import Moment
from shouze.rules.refusal import Refusal

MOST = 10_000
"""Records in one batch."""
ITEMS, KINDS = 32, 100
"""Items in one record, and different ones in one batch."""
PAGE = 1_000
"""Records in one page."""

Text4000 = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
BatchId = Annotated[str, msgspec.Meta(pattern=r"^[!-~]{1,255}$(?!\n)")]


class UsageRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One use of the service: when, what is noted of it by item, and whose it is: an id, or one identifier.

    An identifier means whoever held it at that time.
    """

    at: Moment
    items: Annotated[dict[str, Text4000], msgspec.Meta(min_length=1, max_length=ITEMS)]
    subject: SubjectId | None = None
    identifier: Annotated[dict[str, Text4000], msgspec.Meta(max_length=1)] = {}


class UsageBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Up to 10,000 records for one purpose of a service; under a ``name`` a feed appends a batch once."""

    service: Name
    purpose: Name
    records: tuple[UsageRecord, ...]
    name: BatchId | None = None

    def __post_init__(self) -> None:
        """Refuse a batch of nothing, of too much, or with a record of nobody; InvalidError names its number."""
        if not 0 < len(self.records) <= MOST:
            words = Text(f"每批 1 至 {MOST} 条", f"A batch has 1 to {MOST:,} records")
            raise InvalidError(words, field="records", remedy=Text("分批提交", "Send them in several batches"))
        for number, record in enumerate(self.records):
            if (record.subject is None) == (not record.identifier):
                words = Text("应给出 subject 或 identifier 其一", "Give either subject or identifier")
                raise InvalidError(words, field=f"records[{number}]")


class UsageAppended(msgspec.Struct, frozen=True):
    """What became of a batch: how many records were appended, refused by code, or of nobody known.

    ``replayed``: the batch was appended before; these are the counts of that time.
    """

    appended: int
    refused: dict[str, int]
    unknown: int
    receipts: tuple[Receipt, ...] = ()
    replayed: bool = False


class UsageSpan(msgspec.Struct, frozen=True, kw_only=True):
    """Which records to read: from a moment on and before another, at most so many, from where a page ended."""

    since: Moment
    until: Moment
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE)] = 100
    cursor: Annotated[str, msgspec.Meta(min_length=1, max_length=512)] | None = None

    def __post_init__(self) -> None:
        """Refuse a span that ends before it begins, and a page of nothing or too much."""
        if self.until <= self.since:
            raise InvalidError(Text("时间范围为空", "The span of time is empty"), field="until")
        if not 0 < self.limit <= PAGE:
            raise InvalidError(Text(f"每页 1 至 {PAGE} 条", f"A page has 1 to {PAGE:,} records"), field="limit")


class UsageRow(msgspec.Struct, frozen=True):
    """One record that was opened: when, and values by item."""

    at: datetime
    items: dict[str, str]


class UsageRead(msgspec.Struct, frozen=True):
    """A page of records, in order of day and, within a day, of batch and time; ``cursor`` where more may follow."""

    subject: str
    records: list[UsageRow] = []
    withheld: dict[str, Refusal] = {}
    not_held: tuple[str, ...] = ()
    cursor: str | None = None
    receipt: Receipt | None = None


class UsagePurged(msgspec.Struct, frozen=True):
    """What a purge did: partitions dropped, records in them, and subjects whose dead blocks were removed."""

    partitions: int = 0
    records: int = 0
    swept: int = 0
