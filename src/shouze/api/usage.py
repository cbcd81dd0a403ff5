"""Records of use over HTTP: a feed appends batches, readers read pages.

A batch is JSON, or lines of JSON (``application/x-ndjson``): the first line is the same object without ``records``,
each further line one record.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from shouze.api.answers import ReceiptAnswer
from shouze.api.bodies import About, ClaimedPlace, Moment, Names, Purposes
from shouze.api.calls import JSON
from shouze.api.operations import Asked, Operation, Parts
from shouze.api.problems import MalformedError, RefusalAnswer, TooLargeError, withheld_answer
from shouze.api.reading import read_json
from shouze.api.verbs import receipt_of
from shouze.errors import InvalidError
from shouze.gateway.asking import Request, SubjectId
from shouze.gateway.usage.asking import MOST, PAGE, BatchId, UsageBatch, UsageRecord, UsageSpan
from shouze.language import Text
from shouze.rules.declaration import Name
from shouze.rules.document import explain

NDJSON = "application/x-ndjson"


class UsageHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a batch of lines says first."""

    service: Name
    purpose: Name
    batch: BatchId | None = None
    place: ClaimedPlace = ClaimedPlace()


class UsageBody(UsageHead, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Records of use to append for a purpose; under one ``batch`` name a feed's batch is appended once."""

    records: Annotated[tuple[UsageRecord, ...], msgspec.Meta(min_length=1)]


class UsageReadBody(About, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which records of use to open: ``since`` a moment, before another, so many at most, from ``cursor`` on."""

    purposes: Purposes
    items: Names
    since: Moment
    until: Moment
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE)] = 100
    cursor: Annotated[str, msgspec.Meta(min_length=1, max_length=512)] | None = None
    action: Literal["read", "use", "disclose"] = "read"
    recipient: Name | None = None


class UsageAppendedAnswer(msgspec.Struct, frozen=True):
    """How many records were appended, refused by code, or of nobody known; ``replayed``: they were so before."""

    appended: int
    refused: dict[str, int]
    unknown: int
    replayed: bool
    receipts: tuple[ReceiptAnswer, ...]


class UsageRowAnswer(msgspec.Struct, frozen=True):
    """One record of use: when, and values by item."""

    at: datetime
    items: dict[str, str]


class UsageReadAnswer(msgspec.Struct, frozen=True):
    """A page of records; ``cursor`` where more may follow."""

    subject: SubjectId
    records: tuple[UsageRowAnswer, ...]
    withheld: dict[str, RefusalAnswer]
    not_held: tuple[str, ...]
    cursor: str | None
    receipt: ReceiptAnswer | None


_plain = read_json(UsageBody)
_head = msgspec.json.Decoder(UsageHead)
_line = msgspec.json.Decoder(UsageRecord)


async def read_batch(body: bytes, media: str) -> UsageBody:
    """Return a batch; an error names its line. TooLargeError for more records than a batch may have."""
    if media == JSON:
        found = await _plain(body, media)
        return found if len(found.records) <= MOST else _too_many()
    first, _, rest = body.partition(b"\n")
    if rest.count(b"\n") > MOST:
        _too_many()
    head = _read(_head, first, 1)
    try:
        records = tuple(_line.decode_lines(rest))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        lines = rest.split(b"\n")
        records = tuple(_read(_line, line, number) for number, line in enumerate(lines, 2) if line.strip())
    if len(records) > MOST:
        _too_many()
    return UsageBody(service=head.service, purpose=head.purpose, batch=head.batch, place=head.place, records=records)


def _read(decoder: msgspec.json.Decoder[Any], line: bytes, number: int) -> Any:
    try:
        return decoder.decode(line)
    except msgspec.ValidationError as problem:
        field, detail, remedy = explain(problem, decoder.type)
        raise InvalidError(detail, field=field or None, line=number, remedy=remedy) from None
    except (ValueError, RecursionError):
        raise MalformedError(line=number) from None


def _too_many() -> UsageBody:
    raise TooLargeError(
        Text(f"每批最多 {MOST} 条", f"A batch has at most {MOST:,} records"),
        remedy=Text("分批提交", "Send them in several batches"),
    )


async def append(parts: Parts, asked: Asked[UsageBody]) -> UsageAppendedAnswer:
    """Append records of use of many users; what is refused for a user is counted, nothing of a broken batch is kept.

    As `application/x-ndjson` the first line is the same object without `records`, each further line one record. A
    batch without a name of its own is named by its `Idempotency-Key`.
    """
    body = asked.body
    batch = UsageBatch(service=body.service, purpose=body.purpose, records=body.records, name=body.batch or asked.key)
    done = await parts.door.append_usage(asked.visitor(body.place), batch)
    receipts = tuple(ReceiptAnswer(*receipt) for receipt in done.receipts)
    return UsageAppendedAnswer(done.appended, done.refused, done.unknown, done.replayed, receipts)


async def read(parts: Parts, asked: Asked[UsageReadBody]) -> UsageReadAnswer:
    """Open a page of one user's records of use, after the record is durable."""
    body = asked.body
    request = Request(
        service=body.service, subject=body.subject, purposes=body.purposes, items=body.items, action=body.action,
        recipient=body.recipient, ticket=body.ticket, reason=body.reason,
    )  # fmt: skip
    span = UsageSpan(since=body.since, until=body.until, limit=body.limit, cursor=body.cursor)
    found = await parts.door.read_usage(asked.visitor(body.place), request, span)
    rows: Sequence[UsageRowAnswer] = [UsageRowAnswer(row.at, row.items) for row in found.records]
    withheld = withheld_answer(found.withheld, asked.language)
    receipt = receipt_of(found.receipt)
    return UsageReadAnswer(found.subject, tuple(rows), withheld, found.not_held, found.cursor, receipt)


OPERATIONS: tuple[Operation[Any], ...] = (
    Operation(
        method="POST", path="/v1/usage", id="usage-append", body=UsageBody, answer=UsageAppendedAnswer, act=append,
        repeatable=True, media=(JSON, NDJSON), read=read_batch,
        summary=Text("追加服务使用记录", "Append records of use of the service"),
    ),
    Operation(
        method="POST", path="/v1/usage/read", id="usage-read", body=UsageReadBody, answer=UsageReadAnswer, act=read,
        summary=Text("按时间读取服务使用记录", "Read records of use by time"),
    ),
)  # fmt: skip
