"""Reading many: each as if alone, one record for those alike, nothing opened before it."""

from __future__ import annotations

import pytest

from shouze.errors import InvalidError
from shouze.gateway.asking import Released
from shouze.gateway.many import MOST
from shouze.ledger.entry import parse_leaf
from shouze.rules.refusal import RefusedError
from shouze.store.driver import Parameters
from shouze.vault.blind_index import subject_tag
from shouze.wiring import Installation
from tests.gateway.test_passage import raw_leaves
from tests.installation import CLERK, CRM, MARKETING, OTHER, PERSON, ask, subscribe


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
