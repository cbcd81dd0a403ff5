"""Append records of use of the service (Art. 4: time, place, session, traffic …), many of many users at a time.

A batch goes the way of every use: find the subjects, decide, record, and only then seal and write. Finding, fetching
keys and writing cost one statement each, however many subjects there are; the decision is made for each subject. What
is refused is not appended, and counted. An identifier means whoever held it at the record's time.

Records are held for the ground of their purpose under ``usage_of`` it, with keys of their own (``keys``); that a
subject holds them stands in its standing, so that withdrawing, leaving and erasing end them like values, at a cost that
does not depend on how many there are. What is written while a subject's consent ends is sealed with a key that is
destroyed: nobody reads it.

# Invariant: a batch is appended as a whole, in one transaction, after it is recorded; under its name once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from shouze.errors import ConflictError, InvalidError, ShouzeError
from shouze.gateway.asking import Request, Visitor
from shouze.gateway.passage import normal_identifier, use_of
from shouze.gateway.room import Room
from shouze.gateway.usage.asking import KINDS, UsageAppended, UsageBatch
from shouze.gateway.usage.blocks import place_in_time, seal_block
from shouze.gateway.usage.keys import ItemKeys, Wanting, keys_for
from shouze.gateway.usage.noting import Noted, note
from shouze.gateway.usage.ports import Known, Named, UsageStore
from shouze.gateway.usage.sorting import (
    BREATH,
    UNKNOWN,
    Course,
    Numbers,
    Permitted,
    Sheet,
    decide_all,
    normal_records,
    owners,
)
from shouze.language import Text
from shouze.rules.decide import decide
from shouze.rules.refusal import Refusal, RefusedError
from shouze.vault.blind_index import tag
from shouze.vault.framing import frame

TRIES = 4
"""How often subjects who change while a batch is under way are read again."""
_FINGERPRINT = b"shouze/usage-batch/1"


async def append_usage(room: Room, store: UsageStore, visitor: Visitor, batch: UsageBatch) -> UsageAppended:
    """Append a batch; RefusedError where the use as a whole is refused, InvalidError where a record is malformed.

    A named batch that was appended before is answered as it was then; ConflictError when it was another one.
    """
    tags = _tags(room, batch)
    known = await store.look_up({each.subject for each in batch.records if each.subject}, set(tags.values()))
    policy, now = await room.policy_at(known.epoch), room.clock.now()
    items = tuple(sorted({item for record in batch.records for item in record.items}))
    request = Request(service=batch.service, purposes=(batch.purpose,), items=items, action="collect")
    noted = Noted(visitor, request, policy)
    await _entitled(room, noted, now)
    named = _named(room, visitor, batch, now)
    if named is not None and (before := await _before(store, named)) is not None:
        return before
    normal, times = normal_records(noted, batch), [place_in_time(record.at) for record in batch.records]
    course = Course(room, store, batch, normal, times, noted, now, room.entropy(16))
    sheet = Sheet()
    mine = owners(course, known, tags, sheet.counts)
    await _note_unowned(course, sheet)
    await _seal_all(course, mine, known, sheet)
    return await _write(course, sheet, named)


async def _write(course: Course, sheet: Sheet, named: Named | None) -> UsageAppended:
    counts = {code: count for code, count in sorted(sheet.counts.items()) if count and code != UNKNOWN}
    answer = UsageAppended(sheet.appended, counts, sheet.counts[UNKNOWN], tuple(sheet.receipts))
    try:
        await course.store.prepare(course.ground, {block.day for block in sheet.blocks})
        await course.store.append(sheet.blocks, named, msgspec.json.encode(answer))
    except ShouzeError as problem:
        await note(course.room, course.noted, "failed", (), 0)
        twice = isinstance(problem, ConflictError) and named is not None
        before = await _before(course.store, named) if twice and named else None
        if before is None:
            raise
        return before
    return answer


async def _entitled(room: Room, noted: Noted, now: datetime) -> None:
    """Refuse, recorded, what is refused whoever the subject is."""
    request = noted.request
    if len(request.items) > KINDS:
        words = Text(f"每批最多 {KINDS} 种信息项", f"A batch names at most {KINDS} items")
        raise InvalidError(words, field="records")
    decision = decide(noted.policy, use_of(noted.visitor, request, request.purposes[0], None), None, now)
    if isinstance(decision, Refusal) and decision.code != UNKNOWN:
        await note(room, noted, "refused", request.items, 0, refusal=decision)
        raise RefusedError(decision)


def _tags(room: Room, batch: UsageBatch) -> dict[tuple[str, str], bytes]:
    """Return the tags of all identifiers; InvalidError names the record whose identifier is none."""
    tags: dict[tuple[str, str], bytes] = {}
    for number, record in enumerate(batch.records):
        for pair in record.identifier.items():
            if pair not in tags:
                field = f"records[{number}].identifier"
                tags[pair] = tag(room.ring, pair[0], normal_identifier(room.policy, *pair, field))
    return tags


async def _note_unowned(course: Course, sheet: Sheet) -> None:
    """Record what is refused because nobody is meant, or because it is too old."""
    for code, count in sorted(sheet.counts.items()):
        items, private = course.noted.request.items, {"records": count}
        receipt = await note(course.room, course.noted, "refused", items, 0, refusal=Refusal(code), private=private)
        sheet.receipts.append(receipt)


async def _seal_all(course: Course, mine: dict[str, Numbers], known: Known, sheet: Sheet) -> None:
    """Decide, record and seal; subjects who change between being read and being sealed for are read again."""
    for _ in range(TRIES):
        if not mine:
            return
        permitted = await decide_all(course, mine, known.subjects, sheet)
        wanting = [Wanting(subject, known.subjects[subject], each.items) for subject, each in permitted.items()]
        keys, again = await keys_for(course.room, course.store, course.ground, wanting, course.now)
        await _seal(course, permitted, keys, sheet)
        mine = {subject: permitted[subject].numbers for subject in again}
        if mine:
            known = await course.store.look_up(mine.keys(), ())
            policy = await course.room.policy_at(known.epoch)
            course = replace(course, noted=course.noted._replace(policy=policy), now=course.room.clock.now())
    if mine:
        await note(course.room, course.noted, "aborted", (), 0)
        raise ConflictError(
            Text("同一用户的其他变更过于频繁", "Other changes to the same subjects kept coming between"),
            remedy=Text("稍后重试", "Try again shortly"),
        )


async def _seal(course: Course, permitted: Mapping[str, Permitted], keys: Mapping[str, ItemKeys], sheet: Sheet) -> None:
    normal, times = course.normal, course.times
    for count, (subject, mine) in enumerate(keys.items()):
        if count % BREATH == 0:
            await asyncio.sleep(0)
        days: dict[int, list[tuple[int, int]]] = {}
        for number in permitted[subject].numbers:
            day, time = times[number]
            days.setdefault(day, []).append((time, number))
        for day, stored in days.items():
            stored.sort()
            within, values = [time for time, _ in stored], [normal[number] for _, number in stored]
            place = (subject, course.ground, day, course.number)
            sheet.blocks.append(seal_block(place, within, values, mine, course.room.entropy))
            sheet.appended += len(stored)


def _named(room: Room, visitor: Visitor, batch: UsageBatch, now: datetime) -> Named | None:
    """Return the batch's name among those of its feed, which is the account, whichever token it shows."""
    if batch.name is None:
        return None
    content = msgspec.msgpack.encode(batch.records)
    fingerprint = room.ring.lookup_mac(frame(_FINGERPRINT, batch.service, batch.purpose, content))
    return Named(f"{visitor.actor.kind}:{visitor.actor.id}", batch.name, fingerprint, now)


async def _before(store: UsageStore, named: Named) -> UsageAppended | None:
    """Return what the same batch was answered before; ConflictError when its name was used for another one."""
    kept = await store.kept(named.feed, named.name)
    if kept is None:
        return None
    if kept.fingerprint != named.fingerprint:
        raise ConflictError(
            Text("该批次编号已用于其他内容", "The batch's name was used for another one"),
            field="batch",
            remedy=Text("为新的批次使用新的编号", "Give every batch a name of its own"),
        )
    answer = msgspec.json.decode(kept.answer, type=UsageAppended)
    return msgspec.structs.replace(answer, replayed=True)
