"""Blocks on both databases: written as a whole, read in order, from whichever partition."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from shouze.errors import ConflictError
from shouze.gateway.ports import Change, EndedKey
from shouze.gateway.usage.ports import Block, Holding, Named, Position
from shouze.rules.standing import Held, Standing
from shouze.rules.use import usage_of
from shouze.store.opening import Stores
from tests.store.building import GROUND, NOW, create, exclusive, found

PLACE = usage_of(GROUND)


def block(subject: str, day: int, number: int, n: int = 1) -> Block:
    return Block(subject, GROUND, day, bytes([number]) * 16, n, b"sealed %d" % number)


async def put(stores: Stores, *blocks: Block, named: Named | None = None) -> None:
    await stores.usage.prepare(GROUND, {each.day for each in blocks})
    await stores.usage.append(blocks, named, b"{}")


async def test_blocks_come_back_in_order_from_every_partition(stores: Stores) -> None:
    days = (20_000, 20_009, 20_010, 20_055, 20_055)
    mine = [block("s", day, number) for number, day in enumerate(days)]
    await put(stores, *reversed(mine), block("another", 20_000, 1))
    assert await stores.usage.read("s", GROUND, 20_055, Position(20_000), 100) == mine
    assert await stores.usage.read("s", GROUND, 20_010, Position(20_009), 100) == mine[1:3]
    assert await stores.usage.read("s", GROUND, 20_055, Position(20_055, mine[3].batch), 100) == mine[4:]
    assert await stores.usage.read("s", GROUND, 20_055, Position(20_055, mine[3].batch, 1), 100) == mine[3:]
    assert await stores.usage.read("s", "mail/other", 20_055, Position(20_000), 100) == []


async def test_no_more_blocks_are_read_than_hold_what_is_asked(stores: Stores) -> None:
    mine = [block("s", 20_000 + number, number, n=5) for number in range(20)]
    await put(stores, *mine)
    assert await stores.usage.read("s", GROUND, 21_000, Position(0), 11) == mine[:3]
    assert await stores.usage.read("s", GROUND, 21_000, Position(20_000, mine[0].batch, 4), 2) == mine[:2]


async def test_a_name_is_used_once_and_then_nothing_is_written(stores: Stores) -> None:
    named = Named("service:feed", "b-1", b"f", NOW)
    await put(stores, block("s", 20_000, 1), named=named)
    with pytest.raises(ConflictError):
        await put(stores, block("s", 20_000, 2), named=named)
    assert await stores.usage.read("s", GROUND, 20_000, Position(0), 9) == [block("s", 20_000, 1)]
    await put(stores, block("s", 20_000, 3), named=named._replace(feed="service:other"))
    kept = await stores.usage.kept("service:feed", "b-1")
    assert kept == (b"f", b"{}")
    await stores.usage.forget_names(NOW + timedelta(seconds=1))
    assert await stores.usage.kept("service:feed", "b-1") is None


async def test_partitions_are_made_once_whoever_comes_first(stores: Stores, twin: Stores) -> None:
    await asyncio.gather(*(each.usage.prepare(GROUND, {20_000, 20_011}) for each in (stores, twin, stores, twin)))
    assert [(each.first, each.last) for each in await stores.usage.partitions()] == [(20_000, 20_009), (20_010, 20_019)]


async def test_dropping_a_partition_takes_all_that_is_in_it_and_nothing_else(stores: Stores) -> None:
    await put(stores, block("s", 20_000, 1, n=3), block("t", 20_009, 2, n=4), block("s", 20_010, 3))
    first, second = await stores.usage.partitions()
    assert [await stores.usage.count(each) for each in (first, second)] == [7, 1]
    await stores.usage.drop(first)
    await stores.usage.drop(first)
    assert await stores.usage.partitions() == [second]
    assert await stores.usage.read("s", GROUND, 30_000, Position(0), 9) == [block("s", 20_010, 3)]
    assert await stores.usage.read("t", GROUND, 30_000, Position(0), 9) == []


async def test_standings_are_swapped_only_where_nothing_came_between(stores: Stores) -> None:
    await create(stores, "a", "b", "c")
    held = Standing().joined("mail").holding(PLACE, {"session": Held(7, NOW)})
    assert await stores.usage.hold([Holding(subject, n, held) for subject, n in (("a", 1), ("b", 2), ("c", 1))]) == {
        "a", "c"
    }  # fmt: skip
    assert (await found(stores, "a"))[1:3] == (2, held)
    assert (await found(stores, "b"))[1:3] == (1, Standing().joined("mail"))


async def test_what_is_due_at_once_stays_so(stores: Stores) -> None:
    await create(stores, "a")
    held = Standing().joined("mail").holding(GROUND, {"name": Held(1, NOW)})
    assert await stores.custody.change(Change("a", 1, held, endings=(EndedKey(GROUND, 5),)))
    assert await stores.usage.hold([Holding("a", 2, held.holding(PLACE, {"session": Held(7, NOW)}))]) == {"a"}
    assert await stores.custody.due(NOW, 9) == ["a"]


async def test_one_statement_finds_subjects_and_every_holder_of_an_identifier(stores: Stores) -> None:
    await create(stores, "a", "b", "c")
    number = exclusive("one")
    await stores.custody.claim("a", [number], NOW)
    await stores.custody.unbind("a", ["phone"], NOW + timedelta(hours=1))
    await stores.custody.claim("b", [number], NOW + timedelta(hours=2))
    known = await stores.usage.look_up(["c", "nobody"], [number.tag, b"t" * 32])
    assert known.epoch == 0
    assert known.subjects.keys() == {"a", "b", "c"}
    assert sorted(known.bindings[number.tag]) == [
        ("a", NOW, NOW + timedelta(hours=1)), ("b", NOW + timedelta(hours=2), None)
    ]  # fmt: skip


async def test_what_has_ended_is_listed_until_its_blocks_are_gone(stores: Stores) -> None:
    await create(stores, "a")
    held = Standing().joined("mail").holding(PLACE, {"session": Held(7, NOW)})
    await stores.usage.hold([Holding("a", 1, held)])
    await put(stores, block("a", 20_000, 1), block("a", 20_020, 2), block("b", 20_000, 3))
    ended = Change("a", 2, Standing().joined("mail"), endings=(EndedKey(PLACE, 7),))
    assert await stores.custody.change(ended)
    assert await stores.usage.ended(9) == [("a", GROUND)]
    await stores.usage.remove("a", GROUND, [block("a", 20_000, 1)])
    assert await stores.usage.read("a", GROUND, 30_000, Position(0), 9) == [block("a", 20_020, 2)]
    await stores.usage.remove("a", GROUND, None)
    assert await stores.usage.read("a", GROUND, 30_000, Position(0), 9) == []
    assert await stores.usage.read("b", GROUND, 30_000, Position(0), 9) == [block("b", 20_000, 3)]
    assert await stores.usage.ended(9) == []
