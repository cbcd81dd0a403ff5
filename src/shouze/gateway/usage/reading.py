"""Read one subject's records of use by time, a page at a time, as ``release`` opens items.

The record is durable before anything is opened, and counts the records; where it turns out that fewer are within the
span, or may still be read, a second record says so. A record past its retention is not shown, whether its partition
has been dropped or not.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from shouze.errors import InvalidError
from shouze.gateway.asking import Request, Visitor
from shouze.gateway.passage import Passage, approach
from shouze.gateway.ports import KeyQuery
from shouze.gateway.room import Room
from shouze.gateway.usage.asking import UsageRead, UsageRow, UsageSpan
from shouze.gateway.usage.blocks import Column, Keys, moment_of, open_columns, place_in_time
from shouze.gateway.usage.noting import Noted, note
from shouze.gateway.usage.ports import Block, Position, UsageStore
from shouze.journal.record import RecordKey
from shouze.language import Text
from shouze.rules.decide import Permit
from shouze.rules.period import after
from shouze.rules.refusal import Refusal
from shouze.rules.standing import Held
from shouze.rules.use import SUBJECT_RIGHTS, USAGE, ground_of, usage_of
from shouze.vault.keys import unwrap_subject_key

ACTIONS = frozenset({"read", "use", "disclose"})
_MICROSECOND = timedelta(microseconds=1)


class _Cursor(msgspec.Struct, frozen=True, array_like=True):
    ground: str
    day: int
    batch: bytes
    offset: int


_cursors = msgspec.msgpack.Decoder(_Cursor)


@dataclass
class _Page:
    """The blocks of one page, all of one ground, and where in the first of them it begins."""

    ground: str
    blocks: Sequence[Block]
    position: Position

    @property
    def offset(self) -> int:
        return self.position.offset

    def rows(self, limit: int) -> int:
        return min(limit, sum(block.n for block in self.blocks) - self.offset)


async def read_usage(room: Room, store: UsageStore, visitor: Visitor, request: Request, span: UsageSpan) -> UsageRead:
    """Open a page of the subject's records within the span; errors as in ``release``."""
    if request.action not in ACTIONS:
        listed = ", ".join(sorted(ACTIONS))
        remedy = Text(f"可用：{listed}", f"Use one of: {listed}")
        raise InvalidError(Text("这不是读取的行为", "That is not an act of reading"), field="action", remedy=remedy)
    cursor = _read_cursor(span.cursor)
    passage = await approach(room, visitor, request)
    if isinstance(passage.decision, Refusal):
        await passage.admit()
    permit, subject = passage.permit, passage.subject or ""
    grounds = _grounds(passage)
    held = passage.found.standing.held if passage.found else {}
    withheld, items = _sorted_out(permit, [held[usage_of(ground)] for ground in grounds], passage.now)
    page = await _page(store, subject, grounds, span, cursor) if items else None
    noted = Noted(visitor, request, passage.policy)
    rows, key = page.rows(span.limit) if page else 0, _record_key(passage)
    receipt = await note(room, noted, "permitted", items or permit.items, rows, private=passage.private, key=key)
    opened, after_page = await _opened(room, passage, page, items, span)
    if len(opened) < rows:
        receipt = await note(room, noted, "fewer", items, len(opened), private=passage.private, key=key)
    going_on = _write_cursor(page, grounds, after_page, span) if page else None
    missing = tuple(item for item in permit.items if item not in items and item not in withheld)
    return UsageRead(subject, opened, withheld, missing, going_on, receipt)


def _grounds(passage: Passage) -> list[str]:
    """Return the grounds to read from: the first named purpose with records, or all of the service's by right."""
    held = passage.found.standing.held if passage.found else {}
    request = passage.request
    if SUBJECT_RIGHTS in request.purposes:
        own = (place for place in sorted(held) if place.endswith(USAGE) and place.startswith(f"{request.service}/"))
        return [place.removesuffix(USAGE) for place in own]
    named = [ground_of(request.service, purpose) for purpose in request.purposes]
    return [ground for ground in named if usage_of(ground) in held][:1]


def _sorted_out(
    permit: Permit, held: Sequence[Mapping[str, Held]], now: datetime
) -> tuple[dict[str, Refusal], tuple[str, ...]]:
    """Return what is withheld, also because all of it has come to its end, and the items to read."""
    ends = {item: [each[item].due for each in held if item in each] for item in permit.items}
    living = tuple(item for item, dues in ends.items() if any(due is None or due > now for due in dues))
    over = {item: Refusal("retention-ended", item) for item, dues in ends.items() if dues and item not in living}
    return {**permit.withheld, **over}, living


async def _page(
    store: UsageStore, subject: str, grounds: Sequence[str], span: UsageSpan, cursor: _Cursor | None
) -> _Page | None:
    """Return the next blocks of the first ground, from the cursor on, that has any."""
    first, last = place_in_time(span.since)[0], place_in_time(span.until - _MICROSECOND)[0]
    for ground in grounds:
        if cursor is not None and ground < cursor.ground:
            continue
        begun = cursor is not None and ground == cursor.ground and cursor.day >= first
        position = Position(cursor.day, cursor.batch, cursor.offset) if cursor and begun else Position(first)
        blocks = await store.read(subject, ground, last, position, span.limit)
        if blocks:
            return _Page(ground, blocks, position)
    return None


async def _opened(
    room: Room, passage: Passage, page: _Page | None, items: Sequence[str], span: UsageSpan
) -> tuple[list[UsageRow], Position]:
    """Return the records of a page, and the position behind it."""
    if page is None:
        return [], Position(0)
    subject, rule = passage.subject or "", passage.policy.purpose_of(page.ground)
    period = rule.retention.period if rule and rule.retention.counted_from == "collection" else None
    keys, rows, taken, offset = await _keys(room, subject, page.ground), list[UsageRow](), 0, page.offset
    for block in page.blocks:
        columns = open_columns(block, items, keys)
        end = min(block.n, offset + span.limit - taken)
        rows += _rows(block, columns, (offset, end), span, passage.now, period)
        taken += end - offset
        position = Position(block.day, block.batch, 0 if end == block.n else end)
        offset = 0
    return rows, position


def _rows(
    block: Block, columns: Mapping[str, Column], part: tuple[int, int], span: UsageSpan, now: datetime,
    period: str | None,
) -> list[UsageRow]:  # fmt: skip
    """Return the records of a part of a block that lie within the span and may still be read."""
    rows = []
    for number in range(*part):
        values = {item: value for item, column in columns.items() if (value := column.values[number]) is not None}
        if values:
            at = moment_of(block.day, next(iter(columns.values())).times[number])
            # A09-3-purpose-limit: a record ends with its retention, even before its partition is dropped
            kept = period is None or now < after(at, period)
            if kept and span.since <= at < span.until:
                rows.append(UsageRow(at, values))
    return rows


async def _keys(room: Room, subject: str, ground: str) -> Keys:
    """Return the living keys of the ground's records of use.

    # Invariant: keys are fetched after the record is durable.
    """
    place = usage_of(ground)
    living = (await room.fetch_keys(KeyQuery(subject, (place,)))).get(place, {})
    return {version: unwrap_subject_key(room.ring, key, subject, place) for version, key in living.items()}


def _write_cursor(page: _Page, grounds: Sequence[str], position: Position, span: UsageSpan) -> str | None:
    """Return where the next page begins; None where this one was not full and no further ground is to be read."""
    full = page.rows(span.limit) == span.limit
    if not full and page.ground == grounds[-1]:
        return None
    raw = msgspec.msgpack.encode(_Cursor(page.ground, position.day, position.batch, position.offset))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read_cursor(text: str | None) -> _Cursor | None:
    if text is None:
        return None
    try:
        cursor = _cursors.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        cursor = None
    if cursor is None or not (0 <= cursor.day < 2**31 and 0 <= cursor.offset <= 2**31 and len(cursor.batch) <= 64):
        remedy = Text("使用上一页答复中的 cursor", "Use the cursor of the page before")
        raise InvalidError(Text("不是有效的 cursor", "It is no cursor"), field="cursor", remedy=remedy)
    return cursor


def _record_key(passage: Passage) -> RecordKey:
    hushed_by = passage.policy.hushed_by(passage.request.ticket, passage.now)
    return passage.room.record_key(passage.subject or "", hushed_by)
