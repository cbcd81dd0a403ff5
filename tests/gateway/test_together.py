"""Changing many: each decided and changed as if alone, one record for those alike, on either database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from shouze.errors import InvalidError, ShouzeError
from shouze.gateway.asking import Done
from shouze.gateway.many import MOST
from shouze.gateway.ports import Change, Query
from shouze.ledger.entry import parse_leaf
from shouze.rules.refusal import RefusedError
from shouze.rules.standing import Agreement
from shouze.wiring import Installation
from tests.gateway.test_passage import raw_leaves
from tests.installation import CLERK, CRM, MARKETING, OTHER, PERSON, ask, subscribe

OFFERS = ("offers",)
ALSO = {"offers": ("phone",)}
NO_OFFERS = Agreement(id="A-1", service="mobile", purposes=frozenset({"offers"}))
NO_COPIES = Agreement(id="A-2", service="mobile", actions=frozenset({"copy"}))


async def refusal(opened: Installation, subject: str, purpose: str = "offers") -> str:
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(MARKETING, ask(subject, "phone", purposes=(purpose,), action="use"))
    return caught.value.refusal.code


async def two(opened: Installation) -> tuple[str, str]:
    first, second = await subscribe(opened, also=ALSO), await subscribe(opened, OTHER, also=ALSO)
    return first.subject, second.subject


@pytest.mark.duty("A13-6-oplog")
async def test_limits_bind_each_user_and_one_record_speaks_of_all(opened: Installation) -> None:
    subjects = await two(opened)
    before = len(await raw_leaves(opened))
    done = await opened.door.agree_many(CLERK, [ask(each) for each in subjects], [NO_OFFERS, NO_COPIES])
    assert [each.subject for each in done if isinstance(each, Done)] == list(subjects)
    leaves = [parse_leaf(raw) for raw in (await raw_leaves(opened))[before:]]
    assert [(leaf.what.act, leaf.what.rows, leaf.verdict.outcome) for leaf in leaves] == [("agree", 2, "permitted")]
    for each in subjects:
        assert await refusal(opened, each) == "against-agreement"


async def test_what_was_withdrawn_is_gone_for_each_and_what_was_not_stays(opened: Installation) -> None:
    subjects = await two(opened)
    done = await opened.door.withdraw_many(CRM, [ask(each, purposes=OFFERS) for each in subjects])
    assert all(isinstance(each, Done) for each in done)
    for each in subjects:
        assert await refusal(opened, each) == "no-consent"
        assert not (await opened.stores.keys.fetch(each, ["mobile/offers"]))["mobile/offers"]
        assert await opened.stores.custody.endings(each) == []
        assert (await opened.door.release(CLERK, ask(each, "name"))).items


async def test_who_leaves_is_found_by_no_identifier_and_keeps_no_key(opened: Installation) -> None:
    subjects = await two(opened)
    assert all(
        isinstance(each, Done) for each in await opened.door.terminate_many(CRM, [ask(each) for each in subjects])
    )
    for person, subject in zip((PERSON, OTHER), subjects, strict=True):
        with pytest.raises(RefusedError) as caught:
            await opened.door.release(CLERK, ask({"phone": person["phone"]}, "name"))
        assert caught.value.refusal.code == "subject-unknown"
        living = await opened.stores.keys.fetch(subject, ["mobile/customer-service", "mobile/offers"])
        assert not any(living.values())


async def test_a_refused_one_is_recorded_alone_and_the_others_change(opened: Installation) -> None:
    subject, _ = await two(opened)
    before = len(await raw_leaves(opened))
    done, refused = await opened.door.agree_many(CLERK, [ask(subject), ask("a" * 26)], [NO_OFFERS])
    assert isinstance(done, Done)
    assert isinstance(refused, RefusedError)
    outcomes = [parse_leaf(raw).verdict.outcome for raw in (await raw_leaves(opened))[before:]]
    assert sorted(outcomes) == ["permitted", "refused"]
    assert await refusal(opened, subject) == "against-agreement"


async def test_who_is_not_entitled_changes_nobody(opened: Installation) -> None:
    subjects = await two(opened)
    outcomes = await opened.door.withdraw_many(MARKETING, [ask(each, purposes=OFFERS) for each in subjects])
    assert [each.refusal.code for each in outcomes if isinstance(each, RefusedError)] == ["not-entitled"] * 2


async def test_the_same_user_twice_in_one_step_changes_twice(opened: Installation) -> None:
    subject, _ = await two(opened)
    outcomes = await opened.door.agree_many(CLERK, [ask(subject), ask(subject, "phone")], [NO_OFFERS])
    assert all(isinstance(each, Done) for each in outcomes)
    assert await refusal(opened, subject) == "against-agreement"


async def test_whom_another_change_overtakes_keeps_both(opened: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    subject, other = await two(opened)
    custody = opened.stores.custody
    change_many, came_between = custody.change_many, list[str]()

    async def overtaken(states: Sequence[Change]) -> list[bool]:
        if len(states) > 1 and not came_between:
            came_between.append("agree")
            await opened.door.agree(CLERK, ask(subject), NO_COPIES)
        return await change_many(states)

    monkeypatch.setattr(custody, "change_many", overtaken)
    outcomes = await opened.door.agree_many(CLERK, [ask(subject), ask(other)], [NO_OFFERS])
    assert all(isinstance(each, Done) for each in outcomes)
    assert await agreed(opened, subject) == {NO_COPIES.id, NO_OFFERS.id}
    assert await agreed(opened, other) == {NO_OFFERS.id}


async def agreed(opened: Installation, subject: str) -> set[str]:
    [answer] = await opened.stores.custody.look_up([Query(subject)])
    return {each.id for each in answer.found[0].standing.agreements}


async def test_nothing_is_done_when_one_request_is_malformed_or_there_are_too_many(opened: Installation) -> None:
    subject, _ = await two(opened)
    before = len(await raw_leaves(opened))
    for requests in ([ask(subject), ask({"phone": "not a number"})], [ask(subject)] * (MOST + 1)):
        with pytest.raises(InvalidError):
            await opened.door.terminate_many(CRM, requests)
    assert len(await raw_leaves(opened)) == before
    assert (await opened.door.release(CLERK, ask(subject, "name"))).items


async def test_what_a_law_wants_is_withdrawn_for_nobody_and_nothing_is_recorded(opened: Installation) -> None:
    subjects = await two(opened)
    before = len(await raw_leaves(opened))
    asked = [ask(subjects[0], purposes=OFFERS), ask(subjects[1], purposes=("real-name-record",))]
    with pytest.raises(InvalidError) as caught:
        await opened.door.withdraw_many(CRM, asked)
    assert caught.value.field == "purposes[0]"
    assert len(await raw_leaves(opened)) == before
    assert (await opened.stores.keys.fetch(subjects[0], ["mobile/offers"]))["mobile/offers"]


async def test_many_who_change_at_once_change_as_one_after_another(opened: Installation) -> None:
    """Changes that wait together are written together; of several to one user none is lost."""
    subjects = await two(opened)
    limits = [Agreement(id=f"A-{n}", service="mobile", actions=frozenset({"copy"})) for n in range(6)]

    async def agree(subject: str, limit: Agreement) -> None:
        while True:
            try:
                await opened.door.agree(CLERK, ask(subject), limit)
            except ShouzeError:
                continue
            return

    await asyncio.gather(*(agree(subject, limit) for subject in subjects for limit in limits))
    for subject in subjects:
        assert await agreed(opened, subject) == {each.id for each in limits}
