"""Subjects: their changes, what is due, who uses a service."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouze.gateway.collect import new_subject_id
from shouze.gateway.ports import Change, EndedKey, Found, Query, SealedValue
from shouze.rules.standing import Agreement, Consent, Held, Standing
from shouze.rules.use import USAGE
from shouze.store.opening import Stores
from tests.store.building import GROUND, HOUR, NOW, create, due_at, found
from tests.store.conftest import Place

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants its bounds bare
SETS = st.frozensets(NAMES, max_size=3)
CONSENTS = st.builds(
    Consent,
    version=st.integers(0, 2**40),
    items=SETS,
    at=MOMENTS,
    act=NAMES,
    channel=NAMES,
    recipients=SETS,
    until=st.none() | MOMENTS,
    withdrawn_at=st.none() | MOMENTS,
)
AGREEMENTS = st.builds(
    Agreement, id=NAMES, service=NAMES, purposes=SETS, items=SETS, actions=SETS, until=st.none() | MOMENTS
)
HELD = st.builds(Held, st.integers(0, 2**40), MOMENTS, st.none() | MOMENTS)
STANDINGS = st.builds(
    Standing,
    services=st.dictionaries(NAMES, st.none() | MOMENTS, max_size=3),
    consents=st.dictionaries(NAMES, CONSENTS, max_size=3),
    agreements=st.lists(AGREEMENTS, max_size=2).map(tuple),
    held=st.dictionaries(NAMES, st.dictionaries(NAMES, HELD, max_size=3), max_size=3),
    frozen_by=st.none() | NAMES,
    erased_at=st.none() | MOMENTS,
)
PHONE = SealedValue(GROUND, "phone", 1, b"sealed phone")
NAME = SealedValue(GROUND, "name", 1, b"sealed name")
OTHER = SealedValue("mail/billing", "name", 1, b"sealed name again")


async def test_a_new_subject_is_found_with_revision_1_and_its_values(stores: Stores) -> None:
    standing = Standing().joined("mail")
    assert await stores.custody.change(Change("s", 0, standing, (PHONE, NAME)))
    subject = await found(stores, "s")
    assert (subject.revision, subject.standing) == (1, standing)
    assert set(subject.values) == {PHONE, NAME}


async def test_a_second_creation_of_a_subject_is_refused_and_writes_nothing(stores: Stores) -> None:
    await create(stores, "s")
    assert not await stores.custody.change(Change("s", 0, due_at(NOW), (PHONE,), endings=(EndedKey(GROUND, 1),)))
    assert (await found(stores, "s")).values == ()
    assert await stores.custody.endings("s") == []


@pytest.mark.parametrize("revision", [1, 3, 99])
async def test_a_change_that_follows_another_revision_writes_nothing(stores: Stores, revision: int) -> None:
    await create(stores, "s")
    assert await stores.custody.change(Change("s", 1, Standing().joined("mail"), (PHONE,)))
    before = await found(stores, "s")
    change = Change("s", revision, Standing(erased_at=NOW), (NAME,), ((GROUND, "phone"),), (EndedKey(GROUND, 1),))
    assert not await stores.custody.change(change)
    assert await found(stores, "s") == before
    assert await stores.custody.endings("s") == []
    assert await stores.custody.due(NOW, 9) == []


async def test_an_overtaken_change_leaves_nothing_in_any_list(stores: Stores) -> None:
    """Beside one that is written: whatever the statement lists, it lists of that one alone."""
    await create(stores, "s", "t", standing=Standing().joined("mail"))
    ended = EndedKey(GROUND + USAGE, 1)
    left = Standing().joined("shop").erased(NOW)
    changes = [
        Change("s", 9, Standing().joined("shop"), endings=(ended,), at=NOW),
        Change("t", 1, Standing().joined("shop"), endings=(ended,), at=NOW),
        Change("u", 1, left, endings=(ended,), at=NOW),
    ]
    assert await stores.custody.change_many(changes) == [False, True, False]
    assert [await stores.custody.using(each, "", 9) for each in ("mail", "shop")] == [["s"], ["t"]]
    custody = stores.databases["custody"]
    for table in ("erasure", "usage_ended", "ending"):
        assert await custody.fetch(f"SELECT subject FROM custody.{table}") == [("t",)], table
    assert await custody.fetch("SELECT ground FROM custody.usage_ended") == [(GROUND,)]


async def test_a_change_of_an_unknown_subject_writes_nothing(stores: Stores) -> None:
    assert not await stores.custody.change(Change("s", 1, Standing(), (PHONE,)))


async def test_a_change_replaces_adds_and_removes_values(stores: Stores) -> None:
    assert await stores.custody.change(Change("s", 0, Standing(), (PHONE, NAME, OTHER)))
    newer = SealedValue(GROUND, "phone", 2, b"another phone")
    assert await stores.custody.change(Change("s", 1, Standing(), (newer,), ((GROUND, "name"), (GROUND, "never"))))
    assert set((await found(stores, "s")).values) == {newer, OTHER}


async def test_of_many_changes_at_once_exactly_one_follows(stores: Stores, twin: Stores) -> None:
    await create(stores, "s")
    values = [SealedValue(GROUND, "phone", n, bytes([n])) for n in range(8)]
    changes = [
        each.custody.change(Change("s", 1, Standing(), (value,)))
        for value, each in zip(values, [stores, twin] * 4, strict=True)
    ]
    won = await asyncio.gather(*changes)
    assert sum(won) == 1
    subject = await found(stores, "s")
    assert subject.values == (values[won.index(True)],)
    assert subject.revision == 2


def test_of_changes_from_several_threads_exactly_one_follows_each_revision(place: Place) -> None:
    async def count_up() -> int:
        stores, wins = place.open(), 0
        for revision in range(5):
            wins += await stores.custody.change(Change("s", revision, Standing()))
        await stores.close()
        return wins

    with ThreadPoolExecutor(4) as threads:
        wins = list(threads.map(lambda _: asyncio.run(count_up()), range(4)))
    assert sum(wins) == 5


async def test_what_comes_to_its_end_is_due_then_and_the_longest_due_first(stores: Stores) -> None:
    await create(stores, "late", standing=due_at(NOW - HOUR))
    await create(stores, "later", standing=due_at(NOW))
    await create(stores, "not yet", standing=due_at(NOW + timedelta(microseconds=1)))
    await create(stores, "never", standing=due_at(None))
    assert await stores.custody.due(NOW, 9) == ["late", "later"]
    assert await stores.custody.due(NOW, 1) == ["late"]


async def test_a_subject_with_keys_to_destroy_is_due_at_once_until_all_are_destroyed(stores: Stores) -> None:
    owed = (EndedKey(GROUND, 1), EndedKey("mail/billing", 7))
    assert await stores.custody.change(Change("s", 0, due_at(NOW + HOUR), endings=owed))
    assert await stores.custody.change(Change("s", 1, due_at(NOW + HOUR), endings=owed[:1]))
    assert await stores.custody.endings("s") == sorted(owed)
    assert await stores.custody.due(NOW, 9) == ["s"]
    await stores.custody.ended("s", owed[:1])
    assert await stores.custody.endings("s") == [owed[1]]
    assert await stores.custody.due(NOW, 9) == ["s"]
    await stores.custody.ended("s", owed)
    assert await stores.custody.endings("s") == []
    assert await stores.custody.due(NOW, 9) == []
    assert await stores.custody.due(NOW + HOUR, 9) == ["s"]
    assert (await found(stores, "s")).revision == 2


async def test_what_ends_something_is_listed_with_its_revision_for_who_restores_an_older_backup(stores: Stores) -> None:
    ends = (EndedKey(GROUND, 1),)
    assert await stores.custody.change(Change("kept", 0, due_at(NOW + HOUR), at=NOW))
    assert await stores.custody.change(Change("partly", 0, due_at(NOW + HOUR), at=NOW))
    assert await stores.custody.change(Change("partly", 1, due_at(NOW + HOUR), endings=ends, at=NOW))
    assert not await stores.custody.change(Change("partly", 1, due_at(NOW + HOUR), endings=ends, at=NOW))
    assert await stores.custody.change(Change("whole", 0, Standing(erased_at=NOW), endings=ends))
    listed = "SELECT subject, revision FROM custody.erasure ORDER BY subject"
    assert await stores.databases["custody"].fetch(listed) == [("partly", 2), ("whole", 1)]


async def test_a_subject_with_nothing_left_is_due_no_more_once_its_keys_are_destroyed(stores: Stores) -> None:
    assert await stores.custody.change(Change("s", 0, Standing(erased_at=NOW), endings=(EndedKey(GROUND, 1),)))
    await stores.custody.ended("s", [EndedKey(GROUND, 1)])
    assert await stores.custody.due(NOW + 9 * HOUR, 9) == []


async def test_to_note_as_destroyed_what_is_not_owed_changes_nothing(stores: Stores) -> None:
    await create(stores, "s", standing=due_at(NOW))
    await stores.custody.ended("s", [EndedKey(GROUND, 1)])
    await stores.custody.ended("unknown", [EndedKey(GROUND, 1)])
    assert await stores.custody.due(NOW, 9) == ["s"]


async def test_many_changes_are_written_together_but_for_those_overtaken(stores: Stores) -> None:
    for subject in ("a", "b", "c"):
        assert await stores.custody.change(Change(subject, 0, Standing().joined("mail"), (PHONE,)))
    assert await stores.custody.change(Change("b", 1, Standing().joined("mail")))
    left = Standing().joined("mail").left("mail", NOW)
    changes = [
        Change("c", 1, left, (NAME,), ((GROUND, "phone"),), (EndedKey(GROUND, 3),), NOW),
        Change("b", 1, Standing().erased(NOW), (), ((GROUND, "phone"),), (EndedKey(GROUND, 3),), NOW),
        Change("a", 1, Standing().joined("shop")),
        Change("a", 1, Standing().erased(NOW)),
        Change("new", 0, Standing().joined("mail"), (OTHER,)),
    ]
    assert await stores.custody.change_many(changes) == [True, False, True, False, True]
    assert [await found(stores, each) for each in ("a", "b", "c", "new")] == [
        Found("a", 2, Standing().joined("shop"), (PHONE,)),
        Found("b", 2, Standing().joined("mail"), (PHONE,)),
        Found("c", 2, left, (NAME,)),
        Found("new", 1, Standing().joined("mail"), (OTHER,)),
    ]
    assert await stores.custody.using("mail", "", 9) == ["b", "new"]
    assert await stores.custody.using("shop", "", 9) == ["a"]
    assert [await stores.custody.endings(each) for each in ("b", "c")] == [[], [EndedKey(GROUND, 3)]]
    assert await stores.custody.due(NOW, 9) == ["c"]


async def test_who_uses_a_service_is_listed_alike_whether_or_not_a_change_says_what_it_follows(stores: Stores) -> None:
    await create(stores, "moves", "stays", "unsaid")
    before = Standing().joined("mail")
    changes = [
        Change("moves", 1, before.left("mail", NOW).joined("shop"), former=before),
        Change("stays", 1, before.frozen("i-1"), former=before),
        Change("unsaid", 1, Standing().joined("shop")),
    ]
    assert await stores.custody.change_many(changes) == [True, True, True]
    assert [await stores.custody.using(each, "", 9) for each in ("mail", "shop")] == [["stays"], ["moves", "unsaid"]]
    assert await stores.custody.change(Change("stays", 2, before, former=before.frozen("i-1")))
    assert await stores.custody.using("mail", "", 9) == ["stays"]
    gone = before.erased(NOW)
    assert await stores.custody.change(Change("stays", 3, gone, former=before))
    assert await stores.custody.using("mail", "", 9) == []


async def test_of_several_keys_owed_all_have_to_be_destroyed_before_it_is_settled(stores: Stores) -> None:
    keys = (EndedKey(GROUND, 1), EndedKey("mail/billing", 1))
    change = Change("s", 0, due_at(NOW + HOUR), endings=keys, at=NOW)
    assert await stores.custody.change(change)
    await stores.custody.settled([change._replace(endings=keys[:1])])
    assert (await stores.custody.endings("s"), await stores.custody.due(NOW, 9)) == ([keys[1]], ["s"])
    await stores.custody.settled([change])
    assert (await stores.custody.endings("s"), await stores.custody.due(NOW, 9)) == ([], [])
    assert await stores.custody.due(NOW + HOUR, 9) == ["s"]


async def test_who_has_settled_is_due_as_the_standing_says_unless_something_else_is_owed(stores: Stores) -> None:
    first, second = (EndedKey(GROUND, version) for version in (1, 2))
    changes = [Change(each, 0, due_at(NOW + HOUR), endings=(first,), at=NOW) for each in ("a", "b", "c")]
    assert await stores.custody.change_many(changes) == [True, True, True]
    assert await stores.custody.change(Change("b", 1, due_at(NOW + 2 * HOUR), endings=(second,), at=NOW))
    await stores.custody.settled(changes[:2])
    assert await stores.custody.endings("b") == [second]
    assert sorted(await stores.custody.due(NOW, 9)) == ["b", "c"]
    assert await stores.custody.due(NOW + HOUR, 9) == ["b", "c", "a"]


async def test_whoever_settles_late_does_not_say_when_a_newer_standing_is_due(stores: Stores) -> None:
    owed = Change("s", 0, due_at(NOW + HOUR), endings=(EndedKey(GROUND, 1),), at=NOW)
    assert await stores.custody.change(owed)
    assert await stores.custody.change(Change("s", 1, due_at(NOW + 2 * HOUR)))
    await stores.custody.settled([owed])
    assert await stores.custody.endings("s") == []
    assert await stores.custody.due(NOW, 9) == ["s"], "the sweep looks, and finds when it is due"


async def test_who_still_owes_a_key_stays_due_at_once_whatever_changes_next(stores: Stores) -> None:
    owed = Change("s", 0, due_at(NOW + HOUR), endings=(EndedKey(GROUND, 1),), at=NOW)
    assert await stores.custody.change(owed)
    assert await stores.custody.change_many([Change("s", 1, due_at(NOW + 2 * HOUR))]) == [True]
    assert await stores.custody.due(NOW, 9) == ["s"]


async def test_who_uses_a_service_is_listed_in_order_and_in_portions(stores: Stores) -> None:
    await create(stores, "c", "a", "d", "b")
    await create(stores, "e", standing=Standing().joined("shop"))
    assert await stores.custody.using("mail", "", 9) == ["a", "b", "c", "d"]
    assert await stores.custody.using("mail", "", 2) == ["a", "b"]
    assert await stores.custody.using("mail", "b", 2) == ["c", "d"]
    assert await stores.custody.using("none", "", 2) == []


async def test_who_left_a_service_or_is_erased_is_listed_no_more(stores: Stores) -> None:
    await create(stores, "a", "b", standing=Standing().joined("mail").joined("shop"))
    assert await stores.custody.change(Change("a", 1, Standing().joined("mail").joined("shop").left("mail", NOW)))
    assert await stores.custody.change(Change("b", 1, Standing().erased(NOW)))
    assert await stores.custody.using("mail", "", 9) == []
    assert await stores.custody.using("shop", "", 9) == ["a"]
    assert await stores.custody.change(Change("a", 2, Standing().joined("mail")))
    assert await stores.custody.using("mail", "", 9) == ["a"]


async def test_standings_are_read_in_the_order_of_ids_and_in_portions(stores: Stores) -> None:
    ids = [new_subject_id(bytes([n * 37 % 256] * 16)) for n in range(6)]
    await create(stores, *ids, standing=Standing().joined("mail"))
    first = await stores.custody.standings("", 4)
    assert [subject for subject, _ in first] == sorted(ids)[:4]
    assert all(standing == Standing().joined("mail") for _, standing in first)
    assert [subject for subject, _ in await stores.custody.standings(first[-1][0], 4)] == sorted(ids)[4:]
    assert await stores.custody.standings(max(ids), 4) == []


async def test_a_number_is_first_seen_once_for_each_issuer(stores: Stores, twin: Stores) -> None:
    seen = [each.custody.first_seen("desk", "n", NOW) for each in (stores, twin, stores)]
    assert sorted(await asyncio.gather(*seen)) == [False, False, True]
    assert await stores.custody.first_seen("portal", "n", NOW)


async def test_numbers_that_ended_long_ago_are_forgotten_and_others_not(stores: Stores) -> None:
    for n in range(200):
        assert await stores.custody.first_seen("desk", f"{n}", NOW)
        assert await stores.custody.first_seen("portal", f"{n}", NOW)
    later = [f"later {n}" for n in range(200)]
    for number in later:
        assert await stores.custody.first_seen("desk", number, NOW + 25 * HOUR)
    [(left,)] = await stores.databases["custody"].fetch("SELECT count(*) FROM custody.seen WHERE issuer = 'desk'")
    assert left == len(later)
    assert not any([await stores.custody.first_seen("desk", number, NOW + 25 * HOUR) for number in later])
    assert not any([await stores.custody.first_seen("portal", f"{n}", NOW) for n in range(200)])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STANDINGS)
async def test_a_standing_comes_back_as_it_was(stores: Stores, standing: Standing) -> None:
    [answer] = await stores.custody.look_up([Query(subject="s")])
    revision = answer.found[0].revision if answer.found else 0
    assert await stores.custody.change(Change("s", revision, standing))
    assert (await found(stores, "s")).standing == standing
