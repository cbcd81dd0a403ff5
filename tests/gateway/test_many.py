"""Reading many: each as if alone, one record for those alike, nothing opened before it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.gateway.asking import Done, Released, Request, Visitor
from shouze.gateway.many import MOST
from shouze.ledger.entry import parse_leaf
from shouze.rules.refusal import RefusedError
from shouze.store.driver import Parameters
from shouze.vault.blind_index import subject_tag
from shouze.wiring import Installation
from tests.gateway.test_passage import raw_leaves
from tests.installation import AGENT, CLERK, CRM, LEGAL, MARKETING, OTHER, PERSON, MovingClock, apply, ask, subscribe


async def test_each_is_answered_as_if_asked_alone(opened: Installation) -> None:
    one, two = await subscribe(opened), await subscribe(opened, OTHER)
    requests = [
        ask(one.subject, "name", "phone"), ask({"phone": OTHER["phone"]}, "name"), ask(two.subject, "address"),
        ask({"phone": "13700000000"}, "name"), ask(one.subject, "name", "phone"),
    ]  # fmt: skip
    many = await opened.door.read_many(CLERK, requests)
    for request, found in zip(requests, many, strict=True):
        if isinstance(found, Released):
            alone = await opened.door.release(CLERK, request)
            assert (alone.items, alone.versions, alone.withheld) == (found.items, found.versions, found.withheld)
        else:
            with pytest.raises(RefusedError) as caught:
                await opened.door.release(CLERK, request)
            assert caught.value.refusal == found.refusal


@pytest.mark.duty("A13-6-oplog")
async def test_those_alike_share_one_leaf_that_is_found_by_each(opened: Installation) -> None:
    one, two = await subscribe(opened), await subscribe(opened, OTHER)
    before = len(await raw_leaves(opened))
    many = await opened.door.read_many(CLERK, [ask(each.subject, "name") for each in (one, two)])
    leaves = [parse_leaf(raw) for raw in (await raw_leaves(opened))[before:]]
    assert [(leaf.what.act, leaf.what.rows, leaf.verdict.outcome) for leaf in leaves] == [("read", 2, "permitted")]
    for each in (one, two):
        tag: Parameters = {"tag": subject_tag(opened.ring, each.subject), "nseq": leaves[0].nseq}
        rows = await opened.stores.databases["log"].fetch(
            "SELECT 1 FROM log.look_up WHERE tag = :tag AND nseq = :nseq", tag
        )
        assert rows
    assert {found.receipt.nseq for found in many if isinstance(found, Released) and found.receipt} == {leaves[0].nseq}


@pytest.mark.duty("A09-5-carveout")
async def test_a_look_that_a_law_hushes_is_found_under_its_own_tag_alone(
    opened: Installation, clock: MovingClock
) -> None:
    one, two = await subscribe(opened), await subscribe(opened, OTHER)
    until = (clock.now() + timedelta(days=30)).isoformat()
    await apply(opened, f"silences: [{{id: D-1, law: 某法第十条, until: '{until}'}}]")
    requests = [ask(each.subject, "name", ticket="D-1") for each in (one, two)]
    [found, _] = await opened.door.read_many(CLERK, requests)
    assert isinstance(found, Released)
    assert found.receipt
    sql = "SELECT count(*) FROM log.look_up WHERE tag = :tag AND nseq = :nseq"
    for hushed_by, times in ((None, 0), ("D-1", 1)):
        tag: Parameters = {"tag": subject_tag(opened.ring, one.subject, hushed_by), "nseq": found.receipt.nseq}
        assert await opened.stores.databases["log"].fetch(sql, tag) == [(times,)]


async def test_a_refused_one_is_recorded_alone_and_the_others_go_on(opened: Installation) -> None:
    one = await subscribe(opened)
    before = len(await raw_leaves(opened))
    many = await opened.door.read_many(CRM, [ask(one.subject, "name"), ask("a" * 26, "name")])
    assert [isinstance(each, Released) for each in many] == [True, False]
    outcomes = [parse_leaf(raw).verdict.outcome for raw in (await raw_leaves(opened))[before:]]
    assert sorted(outcomes) == ["permitted", "refused"]


async def test_who_is_not_entitled_gets_nothing_of_many(opened: Installation) -> None:
    one = await subscribe(opened)
    [found] = await opened.door.read_many(MARKETING, [ask(one.subject, "name")])
    assert isinstance(found, RefusedError)
    assert found.refusal.code == "not-entitled"


async def test_one_malformed_request_or_too_many_are_refused_before_anything_is_recorded(opened: Installation) -> None:
    one = await subscribe(opened)
    before = len(await raw_leaves(opened))
    with pytest.raises(InvalidError):
        await opened.door.read_many(CLERK, [ask(one.subject, "name"), ask({"phone": "not a number"}, "name")])
    with pytest.raises(InvalidError) as caught:
        await opened.door.read_many(CLERK, [ask(one.subject, "name")] * (MOST + 1))
    assert caught.value.field == "requests"
    assert PERSON["phone"] not in str(caught.value)
    assert len(await raw_leaves(opened)) == before


OFFERS = {"offers": ("phone",)}
THIRD = {"name": "王五", "phone": "13711112222", "id-number": "11010519491231002X", "address": "云泽省云泽市东路3号"}
SUBJECTS = st.sampled_from(["agreed", "withdrawn", "gone", "nobody", PERSON["phone"], "13700000000"])
REQUESTS = st.tuples(
    SUBJECTS,
    st.lists(st.sampled_from(["name", "phone", "id-number", "address", "email", "blood"]), min_size=1, unique=True),
    st.lists(
        st.sampled_from(["customer-service", "open-account", "offers", "real-name-record", "nothing"]),
        min_size=1, max_size=2, unique=True,
    ),
    st.sampled_from(["read", "use", "disclose", "export"]),
)  # fmt: skip


@pytest.fixture
async def several(opened: Installation, clock: MovingClock) -> dict[str, Done]:
    """Users who stand differently: with every consent, with one withdrawn, and one who has left."""
    found = {
        "agreed": await subscribe(opened, also=OFFERS),
        "withdrawn": await subscribe(opened, OTHER, also=OFFERS),
        "gone": await subscribe(opened, THIRD),
    }
    await opened.door.withdraw(CRM, ask(found["withdrawn"].subject, purposes=("offers",)))
    await opened.door.terminate(CRM, ask(found["gone"].subject))
    clock.move(timedelta(days=1))
    return found


@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(visitor=st.sampled_from([CLERK, CRM, MARKETING, LEGAL, AGENT]), drawn=st.lists(REQUESTS, min_size=1, max_size=8))
async def test_whatever_is_asked_for_many_is_answered_as_if_asked_alone(
    opened: Installation, several: dict[str, Done], visitor: Visitor, drawn: list[tuple[str, list[str], list[str], str]]
) -> None:
    requests = [_request(several, *each) for each in drawn]
    for request, found in zip(requests, await opened.door.read_many(visitor, requests), strict=True):
        assert _told(found) == _told(await _alone(opened, visitor, request))


def _request(several: dict[str, Done], who: str, items: list[str], purposes: list[str], action: str) -> Request:
    named = several[who].subject if who in several else "a" * 26 if who == "nobody" else {"phone": who}
    return ask(named, *items, purposes=purposes, action=action)


async def _alone(opened: Installation, visitor: Visitor, request: Request) -> Released | RefusedError:
    try:
        return await opened.door.release(visitor, request)
    except RefusedError as refused:
        return refused


def _told(found: Released | RefusedError) -> object:
    if isinstance(found, RefusedError):
        return found.refusal
    return found.subject, found.items, found.versions, found.withheld, found.not_held
