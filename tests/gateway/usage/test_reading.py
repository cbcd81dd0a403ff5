"""Reading records of use: by time, page by page, recorded; and what ends them."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from shouze.errors import InvalidError
from shouze.gateway.asking import Visitor
from shouze.ledger.entry import parse_leaf
from shouze.ledger.tile import decode_bundle
from shouze.rules.refusal import RefusedError
from shouze.rules.use import SUBJECT_RIGHTS, Actor
from shouze.wiring import Installation
from tests.gateway.usage.scene import (
    ANALYST,
    BILLING_GROUND,
    FEED,
    LOG_GROUND,
    QUALITY,
    asking,
    batch,
    keys_of,
    record,
    span,
    subscriber,
)
from tests.installation import CRM, MovingClock, ask, consents

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def leaves(opened: Installation) -> list[tuple[str, str, int]]:
    """Return act, outcome and rows of every leaf."""
    rows = await opened.stores.databases["log"].fetch("SELECT n, body FROM log.staging ORDER BY nseq")
    parsed = [parse_leaf(leaf) for n, body in rows for leaf in decode_bundle(body, n)]
    return [(leaf.what.act, leaf.verdict.outcome, leaf.what.rows) for leaf in parsed]


async def test_only_what_lies_within_the_span_is_shown(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    times = [now - n * 6 * HOUR for n in range(40)]
    await opened.door.append_usage(FEED, batch(*(record(one, at) for at in times)))
    since, until = times[30], times[10]
    read = await opened.door.read_usage(ANALYST, asking(one), span(now, since=since, until=until))
    assert sorted(row.at for row in read.records) == sorted(times[11:31]), "the first moment is in, the last is not"
    assert read.cursor is None


@pytest.mark.parametrize("limit", [1, 7, 50])
async def test_pages_together_hold_every_record_once(opened: Installation, clock: MovingClock, limit: int) -> None:
    one, now = await subscriber(opened), clock.now()
    times = [now - n * 5 * HOUR for n in range(20)]
    for start in range(0, 20, 5):
        await opened.door.append_usage(FEED, batch(*(record(one, at) for at in times[start : start + 5])))
    seen, cursor = [], None
    while True:
        read = await opened.door.read_usage(ANALYST, asking(one), span(now, limit=limit, cursor=cursor))
        assert len(read.records) <= limit
        seen += [row.at for row in read.records]
        cursor = read.cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(times)


async def test_a_cursor_that_is_none_is_refused(opened: Installation, clock: MovingClock) -> None:
    one = await subscriber(opened)
    for cursor in ("canary", "AAAA", "é" * 4, "lKFhAKCA"):
        with pytest.raises(InvalidError) as caught:
            await opened.door.read_usage(ANALYST, asking(one), span(clock.now(), cursor=cursor))
        assert caught.value.field == "cursor"


async def test_the_record_is_written_first_and_counts_the_rows(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    await opened.door.append_usage(FEED, batch(*(record(one, now - n * HOUR) for n in range(2))))
    await opened.door.read_usage(ANALYST, asking(one), span(now))
    assert (await leaves(opened))[-1] == ("read", "permitted", 2)
    await opened.door.read_usage(ANALYST, asking(one), span(now, since=now - HOUR / 2, until=now + HOUR))
    assert (await leaves(opened))[-2:] == [("read", "permitted", 2), ("read", "fewer", 1)]
    opened.stores.keys.fetch_many = None  # type: ignore[assignment, method-assign]  # the keys are out of reach
    opened.door.room.fetch_keys = None  # type: ignore[assignment]  # so is the batching before them
    with pytest.raises(TypeError):
        await opened.door.read_usage(ANALYST, asking(one), span(now))
    assert (await leaves(opened))[-1] == ("read", "permitted", 2)


async def test_items_are_opened_alone_and_refused_alone(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    await opened.door.append_usage(FEED, batch(record(one, now), record(one, now - HOUR, traffic="5")))
    read = await opened.door.read_usage(ANALYST, asking(one, "session", "name"), span(now))
    assert [set(row.items) for row in read.records] == [{"session"}]
    assert read.withheld["name"].code == "beyond-necessary"


async def test_nothing_held_is_said_so(opened: Installation, clock: MovingClock) -> None:
    one = await subscriber(opened)
    read = await opened.door.read_usage(ANALYST, asking(one, "traffic"), span(clock.now()))
    assert (read.records, read.not_held, read.cursor) == ([], ("traffic",), None)


@pytest.mark.duty("A09-1-consent")
async def test_withdrawing_ends_every_block_with_its_keys(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    await opened.door.append_usage(FEED, batch(*(record(one, now - n * DAY) for n in range(20))))
    assert await keys_of(opened, one)
    await opened.door.withdraw(CRM, ask(one, purposes=("network-quality",)))
    assert await keys_of(opened, one) == set()


async def test_withdrawing_one_item_leaves_the_others_readable(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    await opened.door.append_usage(FEED, batch(record(one, now)))
    await opened.door.withdraw(CRM, ask(one, "session", purposes=("network-quality",)))
    assert len(await keys_of(opened, one)) == 2
    read = await opened.door.read_usage(ANALYST, asking(one), span(now))
    assert [set(row.items) for row in read.records] == [{"place-of-use", "traffic"}]
    assert read.withheld["session"].code == "no-consent"


async def test_ending_a_value_leaves_records_of_use_and_the_other_way_round(
    opened: Installation, clock: MovingClock
) -> None:
    one, now = await subscriber(opened), clock.now()
    await opened.door.collect(CRM, ask(one, purposes=("billing",)), {"traffic": "77", "call-record": "x"})
    await opened.door.append_usage(FEED, batch(record(one, now, traffic="1"), purpose="billing"))
    await opened.door.correct(CRM, ask(one, purposes=("billing",)), {"traffic": "78"})
    assert (await opened.door.read_usage(ANALYST, asking(one, "traffic", purpose="billing"), span(now))).records
    released = await opened.door.release(ANALYST, asking(one, "traffic", "call-record", purpose="billing"))
    assert released.items == {"traffic": "78", "call-record": "x"}
    await opened.door.withdraw(CRM, ask(one, "traffic", purposes=("billing",)))
    assert await keys_of(opened, one, BILLING_GROUND) == set()
    released = await opened.door.release(ANALYST, asking(one, "call-record", purpose="billing"))
    assert released.items == {"call-record": "x"}


@pytest.mark.duty("A09-4-cancel")
async def test_leaving_ends_what_rests_on_consent_and_keeps_what_a_law_keeps(
    opened: Installation, clock: MovingClock
) -> None:
    one, now = await subscriber(opened), clock.now()
    kept = record(one, now, session="s", ip_address="192.0.2.1")
    await opened.door.append_usage(FEED, batch(kept, purpose="network-log"))
    await opened.door.append_usage(FEED, batch(record(one, now)))
    await opened.door.append_usage(FEED, batch(record(one, now, traffic="1"), purpose="billing"))
    await opened.door.terminate(CRM, ask(one))
    assert await keys_of(opened, one) == await keys_of(opened, one, BILLING_GROUND) == set()
    read = await opened.door.read_usage(ANALYST, asking(one, "session", purpose="network-log"), span(now))
    assert [row.items for row in read.records] == [{"session": "s"}]
    clock.move(190 * DAY)
    read = await opened.door.read_usage(ANALYST, asking(one, "session", purpose="network-log"), span(now))
    assert (read.records, read.withheld["session"].code) == ([], "retention-ended")
    await opened.door.erase_due()
    assert await keys_of(opened, one, LOG_GROUND) == set()
    with pytest.raises(RefusedError) as caught:
        await opened.door.read_usage(ANALYST, asking(one, "session", purpose="network-log"), span(now))
    assert caught.value.refusal.code == "subject-erased"


async def test_a_record_ends_with_its_retention_even_where_it_is_still_there(
    opened: Installation, clock: MovingClock
) -> None:
    one, now = await subscriber(opened), clock.now()
    await opened.door.append_usage(FEED, batch(record(one, now - HOUR), record(one, now)))
    clock.move(90 * DAY - HOUR / 2)
    read = await opened.door.read_usage(ANALYST, asking(one), span(now))
    assert [row.at for row in read.records] == [now]


async def test_a_user_who_comes_back_reads_nothing_of_before(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    await opened.door.append_usage(FEED, batch(record(one, now)))
    before = await keys_of(opened, one)
    await opened.door.withdraw(CRM, ask(one, purposes=("network-quality",)))
    await opened.door.consent(CRM, ask(one), consents("mobile", {"network-quality": QUALITY}))
    await opened.door.append_usage(FEED, batch(record(one, now - HOUR)))
    assert not before & await keys_of(opened, one)
    read = await opened.door.read_usage(ANALYST, asking(one), span(now))
    assert [row.at for row in read.records] == [now - HOUR]


async def test_a_subject_sees_all_that_is_noted_of_it(opened: Installation, clock: MovingClock) -> None:
    one, now = await subscriber(opened), clock.now()
    await opened.door.append_usage(FEED, batch(record(one, now)))
    await opened.door.append_usage(FEED, batch(record(one, now, session="log"), purpose="network-log"))
    own = Visitor(Actor("subject", one))
    asked = msgspec.structs.replace(asking(one, "session", "traffic"), purposes=(SUBJECT_RIGHTS,))
    seen, cursor = list[dict[str, str]](), None
    while cursor is not None or not seen:
        read = await opened.door.read_usage(own, asked, span(now, cursor=cursor))
        seen += [row.items for row in read.records]
        cursor = read.cursor
    assert seen == [{"session": "log"}, {"session": "s-020000", "traffic": "1024"}]
