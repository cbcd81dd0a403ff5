"""Epochs of stored keys: walked, swapped, and closed to newcomers."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta

import psycopg
import pytest

from shouze.errors import UnavailableError
from shouze.gateway.ports import EndedKey, NewKey
from shouze.gateway.rotation_ports import BEGINNING, EpochEndedError, Floor, KeyPlace, Placed, Swap
from shouze.store.opening import Stores, open_postgres
from shouze.store.rotation import StoredKeyTurning
from shouze.vault.keys import WrappedKey
from tests.vault.rings import NOW

GROUND = "mail/contact"


@pytest.fixture
def turning(stores: Stores) -> StoredKeyTurning:
    return StoredKeyTurning(stores.databases["keys"])


def wrapped(epoch: int) -> WrappedKey:
    return WrappedKey(epoch, 1, os.urandom(60))


async def add(stores: Stores, *subjects: str, epoch: int = 1) -> dict[str, WrappedKey]:
    keys = {subject: wrapped(epoch) for subject in subjects}
    for subject, key in keys.items():
        await stores.keys.add(subject, GROUND, 1, key)
    return keys


async def test_a_walk_meets_every_key_in_order_and_hands_out_the_old_ones(
    stores: Stores, turning: StoredKeyTurning
) -> None:
    old, new = await add(stores, "b", "d", "一"), await add(stores, "a", "c", "z", epoch=2)
    met, counted, after = list[Placed](), dict[int, int](), BEGINNING
    while (page := await turning.page(after, 2, 2)).last is not None:
        assert page.last > after
        met += page.old
        counted |= {epoch: counted.get(epoch, 0) + number for epoch, number in page.epochs.items()}
        after = page.last
    assert met == [Placed(KeyPlace(subject, GROUND, 1), old[subject]) for subject in ("b", "d", "一")]
    assert counted == {1: 3, 2: len(new)}


async def test_only_what_is_still_the_same_key_is_swapped(stores: Stores, turning: StoredKeyTurning) -> None:
    keys = await add(stores, "stays", "destroyed", "renewed", "ahead")
    fresh = {subject: wrapped(2) for subject in keys}
    await stores.keys.destroy("destroyed", [EndedKey(GROUND, 1)])
    other = await replaced(stores, "renewed", wrapped(1))
    ahead = await replaced(stores, "ahead", keys["ahead"]._replace(epoch=3))
    swaps = [Swap(KeyPlace(subject, GROUND, 1), key, fresh[subject]) for subject, key in keys.items()]
    assert await turning.swap(swaps) == 1
    left = [await living(stores, subject) for subject in keys]
    assert left == [fresh["stays"], None, other, ahead]


async def test_no_key_is_added_under_an_epoch_below_the_floor(stores: Stores, turning: StoredKeyTurning) -> None:
    assert await turning.floor() == Floor(0, None)
    await add(stores, "before")
    await turning.raise_floor(2)
    await turning.raise_floor(1)
    assert await turning.floor() == Floor(2, None)
    with pytest.raises(EpochEndedError):
        await add(stores, "late")
    with pytest.raises(EpochEndedError):
        await stores.keys.add_many([NewKey("x", GROUND, 1, wrapped(2)), NewKey("y", GROUND, 1, wrapped(1))])
    assert [await living(stores, subject) for subject in ("late", "x", "y")] == [None] * 3
    many = [NewKey(subject, GROUND, 1, wrapped(2)) for subject in ("x", "y")]
    assert await stores.keys.add_many(many)
    assert not await stores.keys.add_many([*many, NewKey("z", GROUND, 1, wrapped(3))])
    assert await living(stores, "before")


async def test_a_floor_is_clear_once_and_not_when_it_was_raised_meanwhile(turning: StoredKeyTurning) -> None:
    await turning.raise_floor(2)
    await turning.clear(1, NOW)
    assert (await turning.floor()).cleared_at is None
    await turning.clear(2, NOW)
    await turning.clear(2, NOW + timedelta(days=1))
    await turning.raise_floor(2)
    assert await turning.floor() == Floor(2, NOW)
    await turning.raise_floor(3)
    assert await turning.floor() == Floor(3, None)


async def test_whoever_began_to_add_a_key_is_waited_for(url: str) -> None:
    """A statement that saw the old floor commits before ``raise_floor`` returns, or it does not return."""
    stores = open_postgres(url)
    turning = StoredKeyTurning(stores.databases["keys"])
    with psycopg.connect(url) as slow:
        slow.execute("INSERT INTO keys.subject_key VALUES ('slow', 'mail/contact', 1, 1, 1, '')")
        with pytest.raises(UnavailableError):
            await turning.raise_floor(2)
        assert (await turning.floor()).cleared_at is None
        slow.commit()
    await turning.raise_floor(2)
    assert (await turning.page(BEGINNING, 9, 2)).old[0].place.subject == "slow"
    await stores.close()


async def test_a_statement_that_waited_for_the_floor_sees_it(url: str) -> None:
    stores = open_postgres(url)
    with psycopg.connect(url) as raising:
        raising.execute("LOCK TABLE keys.subject_key IN SHARE MODE")
        late = asyncio.create_task(add(stores, "late"))
        await waiting(url)
        with psycopg.connect(url) as other:
            other.execute("INSERT INTO keys.epoch_floor VALUES (1, 2, NULL)")
    with pytest.raises(EpochEndedError):
        await late
    await stores.close()


async def test_who_swaps_waits_for_nobody(url: str) -> None:
    stores = open_postgres(url)
    keys = await add(stores, "held", "free")
    swaps = [Swap(KeyPlace(subject, GROUND, 1), key, wrapped(2)) for subject, key in keys.items()]
    with psycopg.connect(url) as holder:
        holder.execute("DELETE FROM keys.subject_key WHERE subject = 'held'")
        assert await StoredKeyTurning(stores.databases["keys"]).swap(swaps) == 1
    assert await living(stores, "held") is None
    await stores.close()


async def waiting(url: str) -> None:
    """Return when a session waits for a lock."""
    with psycopg.connect(url, autocommit=True) as watch:
        while not watch.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchall():  # noqa: ASYNC110 - the server tells nobody when a session begins to wait
            await asyncio.sleep(0.01)


async def replaced(stores: Stores, subject: str, key: WrappedKey) -> WrappedKey:
    await stores.keys.destroy(subject, [EndedKey(GROUND, 1)])
    await stores.keys.add(subject, GROUND, 1, key)
    return key


async def living(stores: Stores, subject: str) -> WrappedKey | None:
    return (await stores.keys.fetch(subject, [GROUND]))[GROUND].get(1)
