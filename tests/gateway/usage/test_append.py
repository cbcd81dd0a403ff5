"""Appending records of use: the rules for each subject, batches as a whole, once under their names."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from shouze.errors import ConflictError, InvalidError, UnavailableError
from shouze.gateway.usage.ports import Holding
from shouze.rules.refusal import RefusedError
from shouze.wiring import Installation
from tests.gateway.usage.scene import (
    ANALYST,
    FEED,
    PHONES,
    QUALITY,
    QUALITY_GROUND,
    asking,
    batch,
    keys_of,
    record,
    span,
    subscriber,
)
from tests.installation import CRM, MovingClock, apply, ask

HOUR = timedelta(hours=1)
CANARY = "canary-9f3a"


async def test_records_of_many_are_appended_and_read_back(opened: Installation, clock: MovingClock) -> None:
    one, other = await subscriber(opened), await subscriber(opened, PHONES[1])
    now = clock.now()
    records = [record(each, now - n * HOUR) for n in range(30) for each in (one, other)]
    done = await opened.door.append_usage(FEED, batch(*records))
    assert (done.appended, done.refused, done.unknown) == (60, {}, 0)
    read = await opened.door.read_usage(ANALYST, asking(one), span(now))
    assert sorted((row.at, row.items) for row in read.records) == sorted(
        ((each.at, each.items) for each in records if each.subject == one), key=lambda pair: pair[0]
    )
    assert len(await keys_of(opened, one)) == len(QUALITY)


@pytest.mark.duty("A09-1-consent")
async def test_what_a_subject_has_not_agreed_to_is_refused_and_counted(
    opened: Installation, clock: MovingClock
) -> None:
    one, other = await subscriber(opened), await subscriber(opened, PHONES[1])
    await opened.door.withdraw(CRM, ask(other, purposes=("network-quality",)))
    now = clock.now()
    done = await opened.door.append_usage(FEED, batch(record(one, now), record(other, now), record(other, now - HOUR)))
    assert (done.appended, done.refused, done.unknown) == (1, {"no-consent": 2}, 0)
    with pytest.raises(RefusedError):
        await opened.door.read_usage(ANALYST, asking(other), span(now))


async def test_a_record_with_one_refused_item_is_refused_as_a_whole(opened: Installation, clock: MovingClock) -> None:
    one = await subscriber(opened)
    await opened.door.withdraw(CRM, ask(one, "session", purposes=("network-quality",)))
    now = clock.now()
    records = (record(one, now, traffic="1"), record(one, now, traffic="2", session="s"), record(one, now, bill="9"))
    done = await opened.door.append_usage(FEED, batch(*records))
    assert (done.appended, done.refused) == (1, {"item-not-declared": 1, "no-consent": 1})
    assert [row.items for row in (await opened.door.read_usage(ANALYST, asking(one), span(now))).records] == [
        {"traffic": "1"}
    ]


@pytest.mark.duty("A09-4-stop")
async def test_nothing_is_appended_after_the_user_has_left(opened: Installation, clock: MovingClock) -> None:
    one = await subscriber(opened)
    await opened.door.terminate(CRM, ask(one))
    done = await opened.door.append_usage(FEED, batch(record(one, clock.now()), record(None, clock.now(), PHONES[0])))
    assert done.appended == 0
    assert sum(done.refused.values()) + done.unknown == 2


async def test_orders_and_freezes_reach_the_feed(opened: Installation, clock: MovingClock) -> None:
    one = await subscriber(opened)
    order = "{id: O-1, authority: {zh: 局, en: A}, reason: {zh: 由, en: R}, since: '2020-01-01T00:00:00Z'}"
    await apply(opened, f"orders: [{order}]")
    with pytest.raises(RefusedError) as caught:
        await opened.door.append_usage(FEED, batch(record(one, clock.now())))
    assert caught.value.refusal.code == "suspended-by-order"


async def test_whoever_has_no_grant_appends_nothing_and_learns_nothing(
    opened: Installation, clock: MovingClock
) -> None:
    await subscriber(opened)
    told = set()
    for phone in (PHONES[0], PHONES[2]):
        with pytest.raises(RefusedError) as caught:
            await opened.door.append_usage(ANALYST, batch(record(None, clock.now(), phone)))
        told.add((caught.value.refusal.code, caught.value.refusal.what))
    assert told == {("not-entitled", None)}


async def test_an_identifier_means_whoever_held_it_at_that_time(opened: Installation, clock: MovingClock) -> None:
    former = await subscriber(opened)
    clock.move(10 * HOUR)
    await opened.door.give_back(CRM, ask(former), ["phone"])
    clock.move(HOUR)
    present = await subscriber(opened, PHONES[0])
    clock.move(HOUR)
    now = clock.now()
    late, between, new = (record(None, now - n * HOUR, PHONES[0]) for n in (4, 1.5, 0.5))
    done = await opened.door.append_usage(FEED, batch(late, between, new))
    assert (done.appended, done.unknown) == (2, 1)
    for subject, appended in ((former, late), (present, new)):
        read = await opened.door.read_usage(ANALYST, asking(subject), span(now))
        assert [row.at for row in read.records] == [appended.at]


async def test_records_of_nobody_are_counted_as_unknown(opened: Installation, clock: MovingClock) -> None:
    one = await subscriber(opened)
    now = clock.now()
    done = await opened.door.append_usage(
        FEED, batch(record("a" * 26, now), record(None, now, PHONES[2]), record(one, now))
    )
    assert (done.appended, done.unknown) == (1, 2)


async def test_a_record_past_its_retention_is_refused(opened: Installation, clock: MovingClock) -> None:
    one = await subscriber(opened)
    done = await opened.door.append_usage(FEED, batch(record(one, clock.now() - timedelta(days=92))))
    assert (done.appended, done.refused) == (0, {"retention-ended": 1})


async def test_a_named_batch_is_appended_once(opened: Installation, clock: MovingClock) -> None:
    one = await subscriber(opened)
    same = batch(record(one, clock.now()), name="b-1")
    first = await opened.door.append_usage(FEED, same)
    clock.move(HOUR)
    again = await opened.door.append_usage(FEED, same)
    assert (again.appended, again.replayed, again.receipts) == (first.appended, True, first.receipts)
    with pytest.raises(ConflictError):
        await opened.door.append_usage(FEED, batch(record(one, clock.now()), name="b-1"))
    assert len((await opened.door.read_usage(ANALYST, asking(one), span(clock.now()))).records) == 1


async def test_the_same_batch_twice_at_once_is_appended_once(opened: Installation, clock: MovingClock) -> None:
    one = await subscriber(opened)
    same = batch(record(one, clock.now()), name="b-1")
    answers = await asyncio.gather(*(opened.door.append_usage(FEED, same) for _ in range(4)))
    assert sorted(each.replayed for each in answers) == [False, True, True, True]
    assert len((await opened.door.read_usage(ANALYST, asking(one), span(clock.now()))).records) == 1


async def test_feeds_that_begin_at_once_for_one_subject_both_append(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    batches = [batch(record(one, now - n * HOUR)) for n in range(2)]
    answers = await asyncio.gather(*(opened.door.append_usage(FEED, each) for each in batches))
    assert [each.appended for each in answers] == [1, 1]
    assert len((await opened.door.read_usage(ANALYST, asking(one), span(now))).records) == 2


async def test_a_subject_who_changes_meanwhile_is_decided_again(opened: Installation, clock: MovingClock) -> None:
    one, other, store = await subscriber(opened), await subscriber(opened, PHONES[1]), opened.stores.usage
    hold = store.hold

    async def withdrawn_just_before(holdings: list[Holding]) -> set[str]:
        store.hold = hold  # type: ignore[method-assign]  # only the first time
        await opened.door.withdraw(CRM, ask(one, purposes=("network-quality",)))
        return await hold(holdings)

    store.hold = withdrawn_just_before  # type: ignore[assignment, method-assign]  # something comes between
    now = clock.now()
    done = await opened.door.append_usage(FEED, batch(record(one, now), record(other, now)))
    assert (done.appended, done.refused) == (1, {"no-consent": 1})
    answer = await store.look_up([one], [])
    assert f"{QUALITY_GROUND}#usage" not in answer.subjects[one].standing.held


async def test_nothing_of_a_batch_with_a_malformed_value_is_appended(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    with pytest.raises(InvalidError) as caught:
        await opened.door.append_usage(FEED, batch(record(one, now), record(one, now, traffic=CANARY)))
    assert caught.value.field == "records[1].items.traffic"
    assert CANARY not in repr(caught.value) + str(caught.value.__context__)
    assert (await opened.door.read_usage(ANALYST, asking(one), span(now))).records == []


async def test_errors_about_identifiers_and_times_hold_no_value(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    broken = (
        batch(record(None, now, CANARY)),
        batch(record(one, now + timedelta(minutes=6))),
        batch(record(one, now - timedelta(days=60 * 365))),
    )
    for each in broken:
        with pytest.raises(InvalidError) as caught:
            await opened.door.append_usage(FEED, each)
        assert str(caught.value.field).startswith("records[0].")
        assert CANARY not in caught.value.say("zh") + caught.value.say("en")


def test_a_batch_of_nothing_or_too_much_or_of_nobody_is_none(clock: MovingClock) -> None:
    one = record("a" * 26, clock.now())
    for records in ((), (one,) * 10_001, (record(None, clock.now()),)):
        with pytest.raises(InvalidError):
            batch(*records)


async def test_the_leaf_speaks_of_all_subjects_of_the_batch(opened: Installation, clock: MovingClock) -> None:
    subjects = [await subscriber(opened, phone) for phone in PHONES]
    log = opened.stores.databases["log"]
    [(before,)] = await log.fetch("SELECT count(*) FROM log.look_up")
    done = await opened.door.append_usage(FEED, batch(*(record(each, clock.now()) for each in subjects)))
    [(after,)] = await log.fetch("SELECT count(*) FROM log.look_up")
    assert len(done.receipts) == 1
    assert after - before == len(subjects)


async def test_batches_beyond_what_may_wait_are_told_so(opened: Installation, clock: MovingClock) -> None:
    one = await subscriber(opened)
    batches = [opened.door.append_usage(FEED, batch(record(one, clock.now()))) for _ in range(14)]
    answers = await asyncio.gather(*batches, return_exceptions=True)
    assert sum(isinstance(each, UnavailableError) for each in answers) == 4
