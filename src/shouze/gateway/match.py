"""Counts how many of many values are identifiers of users: to find copies outside custody, without being an oracle.

What is answered is a number of a whole batch and never which value, with chance added that only the index key can
foretell. So one more or fewer among the values shows little of that one; asking the same again shows the same; and a
caller's batches of a day are numbered and few.

# Invariant: the index key, tags and subjects stay here; nothing is looked for before the record is durable.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from shouze.errors import InvalidError
from shouze.gateway.asking import Request, Visitor
from shouze.gateway.passage import normal_value
from shouze.gateway.room import Room
from shouze.gateway.wording import verdict_of, who_and_where, words_of
from shouze.journal.record import Receipt, Record
from shouze.language import Text
from shouze.ledger.disclosure import Value
from shouze.ledger.entry import Draft
from shouze.rules.decide import begin
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.use import Use
from shouze.vault.blind_index import chance_of, tag

LEAST, MOST = 100, 10_000
"""Different values that one batch has to hold, and may."""
A_DAY = 200
"""Batches of one caller on one day (UTC)."""
SCALE = 5.0
"""How far chance moves an answer: each step further is less probable by ``exp(-1/SCALE)``."""
MARGIN = 15
"""An answer is nearer than this to what is so, or as near, 19 times out of 20."""
STEP = 500
"""Values looked for at once, between which others have their turn."""


class Matched(msgspec.Struct, frozen=True):
    """About how many users hold one of the values, of how many different valid ones; how many batches are left today.

    Of two batches that differ in one value, no answer is more than ``exp(1/SCALE)`` times as probable for the one as
    for the other.
    """

    compared: int
    subjects: int
    margin: int
    left: int
    receipt: Receipt


async def match(room: Room, visitor: Visitor, request: Request, values: Sequence[str]) -> Matched:
    """Count the users that hold one of the values of the request's one item now.

    InvalidError for an item that finds nobody, and for fewer than ``LEAST`` different valid values; RefusedError,
    recorded, for who may not, and beyond the day's allowance.
    """
    # A13-3-permissions: matching is entitled like any other handling, by a declared purpose of its own
    refusal = _refusal(room, visitor, request)
    if refusal:
        await _record(room, visitor, request, len(values), refusal)
    normal = _normal(room, request.items[0], values)
    left = await _left(room, visitor)
    if left is None:
        await _record(room, visitor, request, len(normal), Refusal("allowance-used"))
    receipt = await _record(room, visitor, request, len(normal), None)
    tags, found = list[bytes](), set[str]()
    for start in range(0, len(normal), STEP):
        some = [tag(room.ring, request.items[0], each) for each in normal[start : start + STEP]]
        found.update(await room.custody.holders(some))
        tags += some
    # A10-op-secrecy: the answer tells of a table, not of a person
    shown = len(found) + _moved(chance_of(room.ring, tags, len(found)))
    return Matched(len(normal), min(max(shown, 0), len(normal)), MARGIN, left or 0, receipt)


def _refusal(room: Room, visitor: Visitor, request: Request) -> Refusal | None:
    (purpose,), items = request.purposes, request.items
    use = Use(visitor.actor, request.service, purpose, "match", items, visitor.place)
    begun = begin(room.policy, use, room.clock.now())
    return begun.refusal or next(iter(begun.withheld.values()), None)


def _normal(room: Room, item: str, values: Sequence[str]) -> list[str]:
    """Return the different valid values in normal form; what is none of the item is passed over."""
    traits = room.policy.traits(item)
    if traits is None or traits.identifier is None:
        detail = Text("不能按此信息项查找用户", "Users are not found by this item")
        raise InvalidError(detail, field="item", remedy=Text("改用已声明的标识", "Use a declared identifier"))
    found: dict[str, None] = {}
    for each in values:
        try:
            found[normal_value(traits.form, each, "values")] = None
        except InvalidError:
            continue
    if len(found) < LEAST:
        detail = Text(f"不同的有效值少于 {LEAST} 个", f"There are fewer than {LEAST} different valid values")
        remedy = Text("把更多的值放在一批", "Put more values into one batch")
        raise InvalidError(detail, field="values", remedy=remedy)
    return list(found)


async def _left(room: Room, visitor: Visitor) -> int | None:
    """Take one of the caller's numbered batches of today; return how many are left, None where all are taken.

    The numbers stand in custody, so that neither a restart nor a second gateway gives more.
    """
    now, actor = room.clock.now(), visitor.actor
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    whose = f"match {actor.kind} {actor.id}"  # no issuer's id has a blank in it
    day, taken = room.batches.get(whose, (now.date(), 0))
    for number in range(taken if day == now.date() else 0, A_DAY):
        room.batches[whose] = now.date(), number + 1
        if await room.custody.first_seen(whose, f"{now.date()} {number}", midnight):
            return A_DAY - number - 1
    return None


def _moved(chance: bytes) -> int:
    """Return by how much chance moves an answer: the difference of two geometric numbers."""
    first, second = (
        math.floor(math.log((int.from_bytes(part) + 1) / 2**64) * -SCALE) for part in (chance[:8], chance[8:16])
    )
    return first - second


async def _record(room: Room, visitor: Visitor, request: Request, rows: int, refusal: Refusal | None) -> Receipt:
    """Make the record durable; RefusedError after it where it was refused."""
    what, asked = words_of(room.policy, request, "match", request.items, 0 if refusal else rows)
    verdict = verdict_of(room.policy, request, "refused" if refusal else "permitted", refusal)
    who, where, own = who_and_where(visitor)
    given: dict[str, Value] = {
        name: value for name, value in (("ticket", request.ticket), ("reason", request.reason)) if value is not None
    }
    receipt = await room.journal.record(Record(Draft(who, where, what, verdict, {**given, **asked, **own}),
                                               room.day_key()))  # fmt: skip
    if refusal:
        raise RefusedError(refusal)
    return receipt
