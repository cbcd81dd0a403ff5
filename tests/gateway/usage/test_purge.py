"""Retention drops partitions; what nobody can open goes after its keys."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouze.gateway.usage.blocks import place_in_time
from shouze.gateway.usage.purge import NAMES_KEPT
from shouze.wiring import Installation
from tests.gateway.usage.scene import (
    ANALYST,
    FEED,
    QUALITY,
    QUALITY_GROUND,
    asking,
    batch,
    record,
    span,
    subscriber,
)
from tests.installation import CRM, MovingClock, ask, consents

DAY = timedelta(days=1)


async def held(opened: Installation) -> int:
    """Return how many records stand in all partitions."""
    store = opened.stores.usage
    return sum([await store.count(each) for each in await store.partitions()])


@pytest.mark.duty("A09-3-purpose-limit")
async def test_a_partition_is_dropped_when_its_last_day_is_over(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    await opened.door.append_usage(FEED, batch(*(record(one, now - n * DAY) for n in range(30))))
    partitions = await opened.stores.usage.partitions()
    assert {each.last - each.first + 1 for each in partitions} == {10}
    while (await opened.door.purge_usage()).partitions == 0:
        clock.move(DAY)
    gone = set(partitions) - set(await opened.stores.usage.partitions())
    assert gone == {partitions[0]}
    today, _ = place_in_time(clock.now())
    assert today - partitions[0].last == 91, "ninety days after the last day has ended"
    assert (await opened.door.purge_usage()).partitions == 0


async def test_dropping_is_recorded_with_its_rows_before_it_happens(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    await opened.door.append_usage(FEED, batch(*(record(one, now - n * timedelta(hours=1)) for n in range(3))))
    clock.move(101 * DAY)
    purged = await opened.door.purge_usage()
    assert (purged.partitions, purged.records) == (1, 3)
    assert await held(opened) == 0


async def test_what_is_kept_until_the_service_ends_goes_after_the_keys(
    opened: Installation, clock: MovingClock
) -> None:
    one, other, now = await subscriber(opened), await subscriber(opened, "13987654321"), clock.now()
    bills = [record(each, now, traffic="1") for each in (one, other)]
    await opened.door.append_usage(FEED, batch(*bills, purpose="billing"))
    clock.move(800 * DAY)
    assert (await opened.door.purge_usage()).partitions == 0
    await opened.door.terminate(CRM, ask(one))
    purged = await opened.door.purge_usage()
    assert (purged.swept, await held(opened)) == (1, 1)
    assert len((await opened.door.read_usage(ANALYST, asking(other, "traffic", purpose="billing"), span(now))).records)
    await opened.door.terminate(CRM, ask(other))
    assert (await opened.door.purge_usage()).partitions == 1
    assert await opened.stores.usage.partitions() == []


async def test_sweeping_spares_what_still_opens(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    await opened.door.append_usage(FEED, batch(record(one, now), record(one, now - DAY, session="s")))
    await opened.door.withdraw(CRM, ask(one, "session", purposes=("network-quality",)))
    assert (await opened.door.purge_usage()).swept == 1
    assert await held(opened) == 1, "the block of sessions alone is gone"
    await opened.door.withdraw(CRM, ask(one, purposes=("network-quality",)))
    await opened.door.consent(CRM, ask(one), consents("mobile", {"network-quality": QUALITY}))
    await opened.door.append_usage(FEED, batch(record(one, now)))
    await opened.door.purge_usage()
    assert await held(opened) == 1
    read = await opened.door.read_usage(ANALYST, asking(one), span(now))
    assert len(read.records) == 1
    assert (await opened.door.purge_usage()).swept == 0


async def test_a_partition_dropped_is_made_again_where_records_come(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    await opened.door.append_usage(FEED, batch(record(one, now)))
    for partition in await opened.stores.usage.partitions():
        await opened.stores.usage.drop(partition)
    assert (await opened.door.append_usage(FEED, batch(record(one, now)))).appended == 1
    assert {each.ground for each in await opened.stores.usage.partitions()} == {QUALITY_GROUND}


async def test_names_of_batches_are_forgotten_in_time(opened: Installation, clock: MovingClock) -> None:
    one = await subscriber(opened)
    await opened.door.append_usage(FEED, batch(record(one, clock.now()), name="b-1"))
    clock.move(NAMES_KEPT)
    await opened.door.purge_usage()
    assert await opened.stores.usage.kept("service:feed", "b-1") is not None
    clock.move(DAY)
    await opened.door.purge_usage()
    assert await opened.stores.usage.kept("service:feed", "b-1") is None
