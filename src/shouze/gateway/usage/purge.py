"""Ends records of use: drops partitions past their retention, removes blocks that nobody can open any more.

A partition holds ten days of one ground. Where the ground's retention counts from collection (which is the day of the
record), it is dropped when its last day is over; where it counts from the end of the service, blocks go when the
subject's keys have gone, and a partition when it is empty. Nothing of this is needed for erasing: keys do that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shouze.gateway.ports import Query
from shouze.gateway.room import Room
from shouze.gateway.usage.asking import UsagePurged
from shouze.gateway.usage.blocks import keys_named, moment_of, place_in_time
from shouze.gateway.usage.ports import Partition, Position, UsageStore
from shouze.journal.record import Record
from shouze.ledger.entry import Draft, Verdict, What, Where, Who
from shouze.rules.period import after
from shouze.rules.policy import Policy
from shouze.rules.use import parts_of, usage_of

NAMES_KEPT = timedelta(days=31)
"""How long the names of batches are kept, so that one appended before is known again."""
SWEEP = 200
"""Subjects whose dead blocks are removed in one purge."""
PAGE = 500
"""Records whose blocks are looked at together."""
LAST_DAY = 2**31


async def purge_usage(room: Room, store: UsageStore) -> UsagePurged:
    """Drop what is due, recorded first; safe to stop and to run again."""
    [answer] = await room.custody.look_up([Query("-")])
    policy, now = await room.policy_at(answer.epoch), room.clock.now()
    dropped, records = 0, 0
    for partition in await store.partitions():
        if _over(policy, partition, now):
            rows = await store.count(partition)
            await _note(room, policy, partition, rows)
            await store.drop(partition)
            dropped, records = dropped + 1, records + rows
    ended = await store.ended(SWEEP)
    for subject, ground in ended:
        await _sweep(room, store, subject, ground)
    emptied = await _drop_empty(store, {ground for _, ground in ended}, place_in_time(now)[0])
    await store.forget_names(now - NAMES_KEPT)
    return UsagePurged(dropped + emptied, records, len(ended))


def _over(policy: Policy, partition: Partition, now: datetime) -> bool:
    """Tell whether the retention of the partition's last record has ended; without a declaration nothing ends."""
    rule = policy.purpose_of(partition.ground)
    if rule is None or rule.retention.counted_from != "collection":
        return False
    return after(moment_of(partition.last + 1), rule.retention.period) <= now


async def _note(room: Room, policy: Policy, partition: Partition, rows: int) -> None:
    service, purpose = parts_of(partition.ground)
    what = What("erase", (purpose,), (), rows, service)
    draft = Draft(Who("system"), Where(), what, Verdict("due", policy=policy.digest or None))
    await room.journal.record(Record(draft))


async def _sweep(room: Room, store: UsageStore, subject: str, ground: str) -> None:
    """Remove the blocks of a subject that no key opens any more."""
    [answer] = await room.custody.look_up([Query(subject)])
    held = answer.found[0].standing.held.get(usage_of(ground), {}) if answer.found else {}
    if not held:
        await store.remove(subject, ground, None)
        return
    living, position = {each.version for each in held.values()}, Position(0)
    while blocks := await store.read(subject, ground, LAST_DAY, position, PAGE):
        await store.remove(subject, ground, [block for block in blocks if not keys_named(block) & living])
        position = Position(blocks[-1].day, blocks[-1].batch)
    await store.swept(subject, ground)


async def _drop_empty(store: UsageStore, grounds: set[str], today: int) -> int:
    """Drop partitions of these grounds that lie behind us and hold nothing."""
    dropped = 0
    for partition in await store.partitions() if grounds else ():
        if partition.ground in grounds and partition.last < today and not await store.count(partition):
            await store.drop(partition)
            dropped += 1
    return dropped
