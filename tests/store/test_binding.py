"""Identifiers: who holds which, since when, until when."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from shouze.gateway.ports import Change, Claim, Query
from shouze.rules.standing import Standing
from shouze.store.opening import Stores
from tests.store.building import HOUR, NOW, create, exclusive, look_up, shared, tag

MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)


async def holders(stores: Stores, claim: Claim) -> list[str]:
    [answer] = await look_up(stores, Query(tags=(claim.tag,)))
    return [each.subject for each in answer.found]


async def rows(stores: Stores) -> list[tuple[object, ...]]:
    return await stores.databases["custody"].fetch("SELECT subject, since, until FROM custody.binding ORDER BY since")


async def test_a_claimed_identifier_finds_its_subject(stores: Stores) -> None:
    await create(stores, "a")
    claims = [exclusive("1"), exclusive("2"), shared("home"), exclusive("a@b", "email")]
    assert await stores.custody.claim("a", claims, NOW) == []
    assert [await holders(stores, claim) for claim in claims] == [["a"]] * 4
    assert await stores.custody.bound("a") == {
        "phone": (tag("1"), tag("2")), "home-phone": (tag("home"),), "email": (tag("a@b"),)
    }  # fmt: skip


async def test_claiming_again_changes_nothing(stores: Stores) -> None:
    await create(stores, "a")
    for moment in (NOW, NOW, NOW + HOUR):
        assert await stores.custody.claim("a", [exclusive("1"), shared("home")], moment) == []
    assert len(await rows(stores)) == 2


async def test_an_identifier_that_another_holds_is_told_and_the_others_are_bound(stores: Stores) -> None:
    await create(stores, "a", "b")
    await stores.custody.claim("a", [exclusive("1")], NOW)
    assert await stores.custody.claim("b", [exclusive("1"), exclusive("2", "email")], NOW + HOUR) == ["phone"]
    assert await stores.custody.bound("b") == {"email": (tag("2"),)}
    assert await holders(stores, exclusive("1")) == ["a"]


async def test_a_shared_identifier_finds_all_its_subjects(stores: Stores) -> None:
    await create(stores, "b", "a", "c")
    for subject in ("b", "a"):
        assert await stores.custody.claim(subject, [shared("home")], NOW) == []
    assert await holders(stores, shared("home")) == ["a", "b"]


async def test_of_many_claims_at_once_exactly_one_wins(stores: Stores, twin: Stores) -> None:
    subjects = [f"s{n}" for n in range(10)]
    await create(stores, *subjects)
    for number in range(5):
        claim = exclusive(f"{number}")
        taken = await asyncio.gather(
            *(each.custody.claim(s, [claim], NOW) for s, each in zip(subjects, [stores, twin] * 5, strict=True))
        )
        winners = [subject for subject, items in zip(subjects, taken, strict=True) if not items]
        assert len(winners) == 1
        assert await holders(stores, claim) == winners


async def test_one_subject_claiming_twice_at_once_holds_it_once(stores: Stores, twin: Stores) -> None:
    await create(stores, "a")
    claims = [each.custody.claim("a", [exclusive("1"), shared("h")], NOW) for each in (stores, twin) * 3]
    assert await asyncio.gather(*claims) == [[]] * 6
    assert len(await rows(stores)) == 2


async def test_a_reissued_number_finds_only_its_present_holder_and_history_is_kept(stores: Stores) -> None:
    await create(stores, "a", "b")
    await stores.custody.claim("a", [exclusive("1")], NOW)
    await stores.custody.unbind("a", ["phone"], NOW + HOUR)
    assert await holders(stores, exclusive("1")) == []
    assert await stores.custody.claim("b", [exclusive("1")], NOW + 2 * HOUR) == []
    assert await holders(stores, exclusive("1")) == ["b"]
    assert [(subject, until is None) for subject, _, until in await rows(stores)] == [("a", False), ("b", True)]
    assert await stores.custody.claim("a", [exclusive("1")], NOW + 3 * HOUR) == ["phone"]


async def test_unbinding_ends_only_the_named_items_and_spares_what_is_kept(stores: Stores) -> None:
    await create(stores, "a", "b")
    await stores.custody.claim("a", [exclusive("1"), exclusive("2"), shared("home")], NOW)
    await stores.custody.claim("b", [shared("home")], NOW)
    await stores.custody.unbind("a", ["phone", "no-such-item"], NOW + HOUR, keep=[tag("2")])
    assert await stores.custody.bound("a") == {"phone": (tag("2"),), "home-phone": (tag("home"),)}
    await stores.custody.unbind("a", None, NOW + HOUR)
    assert await stores.custody.bound("a") == {}
    assert await stores.custody.bound("b") == {"home-phone": (tag("home"),)}


async def test_an_ended_binding_keeps_its_first_end(stores: Stores) -> None:
    await create(stores, "a")
    await stores.custody.claim("a", [exclusive("1")], NOW)
    await stores.custody.unbind("a", None, NOW + HOUR)
    before = await rows(stores)
    await stores.custody.unbind("a", None, NOW + 2 * HOUR)
    assert await rows(stores) == before


async def test_an_identifier_given_back_and_claimed_in_the_same_moment_is_held(stores: Stores) -> None:
    await create(stores, "a")
    await stores.custody.claim("a", [exclusive("1")], NOW)
    await stores.custody.unbind("a", None, NOW)
    assert await stores.custody.claim("a", [exclusive("1")], NOW) == []
    assert await holders(stores, exclusive("1")) == ["a"]


async def test_forgetting_removes_the_history_as_well(stores: Stores) -> None:
    await create(stores, "a", "b")
    await stores.custody.claim("a", [exclusive("1"), shared("home")], NOW)
    await stores.custody.unbind("a", ["phone"], NOW + HOUR)
    await stores.custody.claim("b", [exclusive("1")], NOW + HOUR)
    await stores.custody.unbind("a", None, NOW + HOUR, forget=True)
    assert [subject for subject, *_ in await rows(stores)] == ["b"]


async def test_a_holder_that_is_erased_gives_way_without_trace(stores: Stores) -> None:
    await create(stores, "a", "b")
    await stores.custody.claim("a", [exclusive("1")], NOW)
    assert await stores.custody.change(Change("a", 1, Standing().erased(NOW)))
    assert await stores.custody.claim("b", [exclusive("1")], NOW) == []
    assert [subject for subject, *_ in await rows(stores)] == ["b"]


@pytest.mark.parametrize(("later", "taken"), [(MINUTE - MOMENT, ["phone"]), (MINUTE, [])])
async def test_a_holder_that_does_not_exist_gives_way_after_a_minute(
    stores: Stores, later: timedelta, taken: list[str]
) -> None:
    await create(stores, "b")
    await stores.custody.claim("cut off", [exclusive("1")], NOW)
    assert await stores.custody.claim("b", [exclusive("1")], NOW + later) == taken


async def test_an_identifier_that_became_shared_binds_beside_its_former_exclusive_holder(stores: Stores) -> None:
    await create(stores, "a", "b")
    await stores.custody.claim("a", [exclusive("1")], NOW)
    assert await stores.custody.claim("b", [Claim(tag("1"), "phone", exclusive=False)], NOW) == []
    assert await holders(stores, exclusive("1")) == ["a", "b"]


async def test_whom_tags_are_bound_to_now_is_told_tag_by_tag(stores: Stores) -> None:
    for subject in ("a", "b"):
        await create(stores, subject)
        assert await stores.custody.claim(subject, [shared("home")], NOW) == []
    assert await stores.custody.claim("a", [exclusive("1")], NOW) == []
    assert await stores.custody.claim("not made", [exclusive("2")], NOW) == []
    asked = [tag("1"), tag("home"), tag("2"), tag("nobody's"), tag("1")]
    assert await stores.custody.holders_by_tag(asked) == {tag("1"): {"a"}, tag("home"): {"a", "b"}}
    assert await stores.custody.ever_bound(["a", "b", "c"]) == {"a", "b"}
    await stores.custody.unbind("a", None, NOW + HOUR)
    assert await stores.custody.holders_by_tag(asked) == {tag("home"): {"b"}}
    assert await stores.custody.ever_bound(["a"]) == {"a"}
    await stores.custody.unbind("a", None, NOW + HOUR, forget=True)
    assert await stores.custody.ever_bound(["a"]) == set()
