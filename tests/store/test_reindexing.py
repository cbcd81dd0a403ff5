"""Tags of identifiers are made anew beside the present ones, and forgotten when they are the older ones."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from shouze.errors import UnavailableError
from shouze.gateway.ports import Claim
from shouze.gateway.rotation_ports import FIRST_TAG, IndexEndedError, IndexFloor, Retag, TagPlace
from shouze.store.opening import Stores, open_postgres
from shouze.store.reindexing import StoredIndexTurning
from tests.store.building import HOUR, NOW, create, exclusive, tag


@pytest.fixture
def turning(stores: Stores) -> StoredIndexTurning:
    return StoredIndexTurning(stores.databases["custody"])


def both(number: str) -> list[Claim]:
    """Return the claims of a gateway that knows two index keys."""
    return [exclusive(number), exclusive(f"{number}/2")._replace(version=2)]


def again(subject: str, number: str) -> Retag:
    return Retag(TagPlace(subject, tag(number)), tag(f"{number}/2"))


async def test_present_bindings_are_walked_and_bound_again_once(stores: Stores, turning: StoredIndexTurning) -> None:
    await create(stores, "a", "b")
    await stores.custody.claim("a", [exclusive("1"), exclusive("2", "email")], NOW)
    await stores.custody.claim("b", [exclusive("3")], NOW)
    await stores.custody.unbind("b", ["phone"], NOW + HOUR)
    first = await turning.present(FIRST_TAG, 1, 1, 2)
    second = await turning.present(first[0].place, 9, 1, 2)
    assert {each.place for each in first + second} == {TagPlace("a", tag("1")), TagPlace("a", tag("2"))}
    for _ in range(2):
        assert await turning.bind_again([again("a", "1"), again("b", "3")], 2) == 0
    assert await stores.custody.bound("a") == {"phone": tuple(sorted((tag("1"), tag("1/2")))), "email": (tag("2"),)}
    assert await stores.custody.bound("b") == {}
    assert {each.item: each.again for each in await turning.present(FIRST_TAG, 9, 1, 2)} == {
        "phone": True, "email": False
    }  # fmt: skip


async def test_a_tag_that_somebody_else_holds_is_lacking(stores: Stores, turning: StoredIndexTurning) -> None:
    await create(stores, "a", "b")
    await stores.custody.claim("a", [exclusive("1")], NOW)
    await stores.custody.claim("b", [exclusive("1/2")], NOW)
    assert await turning.bind_again([again("a", "1")], 2) == 1


async def test_both_tags_of_an_identifier_end_together(stores: Stores, turning: StoredIndexTurning) -> None:
    await create(stores, "a", "b")
    await stores.custody.claim("a", both("1"), NOW)
    await stores.custody.unbind("a", ["phone"], NOW + HOUR)
    assert await stores.custody.bound("a") == {}
    assert await stores.custody.claim("b", both("1"), NOW + HOUR) == []
    assert await stores.custody.claim("a", both("1"), NOW + HOUR) == ["phone"]
    assert await stores.custody.bound("a") == {}


async def test_what_stands_beside_a_kept_tag_is_kept_with_it(stores: Stores, turning: StoredIndexTurning) -> None:
    """A gateway that has not heard of the new key names the old tag alone."""
    await create(stores, "a")
    await stores.custody.claim("a", both("1"), NOW)
    await stores.custody.claim("a", both("2"), NOW)
    await stores.custody.unbind("a", ["phone"], NOW + HOUR, keep=[tag("1"), tag("1/2")])
    await stores.custody.unbind("a", ["phone"], NOW + HOUR, keep=[tag("1")])
    assert await stores.custody.bound("a") == {"phone": tuple(sorted((tag("1"), tag("1/2"))))}


async def test_claims_without_a_demanded_tag_are_refused_and_older_tags_left_out(
    stores: Stores, turning: StoredIndexTurning
) -> None:
    await create(stores, "a", "b")
    await turning.demand(oldest=0, newest=2)
    with pytest.raises(IndexEndedError):
        await stores.custody.claim("a", [exclusive("1")], NOW)
    assert await stores.custody.claim("a", both("1"), NOW) == []
    await turning.demand(oldest=2, newest=1)
    assert await stores.custody.claim("b", both("2"), NOW) == []
    assert await stores.custody.bound("b") == {"phone": (tag("2/2"),)}
    with pytest.raises(IndexEndedError):
        await stores.custody.claim("b", [exclusive("3")], NOW)


async def test_the_moment_of_switching_is_noted_once_for_the_newest_key(turning: StoredIndexTurning) -> None:
    assert await turning.floor() == IndexFloor()
    await turning.demand(oldest=0, newest=2)
    await turning.switched(1, NOW)
    assert (await turning.floor()).switched_at is None
    await turning.switched(2, NOW)
    await turning.switched(2, NOW + timedelta(days=1))
    assert await turning.floor() == IndexFloor(0, 2, NOW)
    await turning.demand(oldest=2, newest=3)
    assert await turning.floor() == IndexFloor(2, 3, None)


async def test_older_tags_are_forgotten_whoever_holds_them(stores: Stores, turning: StoredIndexTurning) -> None:
    await create(stores, "a", "b")
    for number in "123":
        await stores.custody.claim("a", both(number), NOW)
    await stores.custody.unbind("a", ["phone"], NOW + HOUR, keep=[claim.tag for claim in both("1")])
    last: bytes | None = b""
    pages = 0
    while last is not None:
        last, pages = await turning.forget_before(last, 2, 2), pages + 1
    assert pages == 4
    rows = await stores.databases["custody"].fetch("SELECT index_version, until FROM custody.binding")
    assert sorted(version for version, _ in rows) == [2, 2, 2]
    assert await stores.custody.bound("a") == {"phone": (tag("1/2"),)}


async def test_whoever_began_to_bind_is_waited_for(url: str) -> None:
    stores = open_postgres(url)
    turning = StoredIndexTurning(stores.databases["custody"])
    with psycopg.connect(url) as slow:
        slow.execute("INSERT INTO custody.binding VALUES ('', 'slow', 'phone', 1, 0, NULL, 1)")
        with pytest.raises(UnavailableError):
            await turning.demand(oldest=0, newest=2)
        slow.commit()
    await turning.demand(oldest=0, newest=2)
    assert len(await turning.present(FIRST_TAG, 9, 1, 2)) == 1
    await stores.close()
