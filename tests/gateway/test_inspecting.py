"""Who may look at handling records, and what the look's own record says."""

from __future__ import annotations

import pytest

from shouze.gateway.asking import Visitor
from shouze.gateway.inspecting import Inspection, may_inspect, note_inspection
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.use import Actor
from shouze.wiring.joining import Installation
from tests.gateway.test_passage import last_leaf, raw_leaves
from tests.installation import AGENT, CLERK, CRM, SECURITY, apply

ADMINISTRATOR = Visitor(Actor("service", "administrator"))
LOOKED = Inspection(
    "inspect-records", "user-request", "用户来电询问", {"sought.actor": "S-0042"}, "mobile", "phone", "a" * 26, 3
)


@pytest.mark.duty("A13-6-oplog")
@pytest.mark.parametrize(
    ("visitor", "code"),
    [(SECURITY, None), (ADMINISTRATOR, None), (CLERK, "not-entitled"), (CRM, "not-entitled"), (AGENT, "not-entitled")],
)
async def test_records_are_for_who_holds_the_grant(opened: Installation, visitor: Visitor, code: str | None) -> None:
    refusal = may_inspect(opened.door.room, visitor, None)
    assert (refusal.code if refusal else None) == code


async def test_an_agent_is_never_entitled_whatever_it_was_granted(opened: Installation) -> None:
    agent = (
        "agents:\n  - {id: qingshan-stores, name: {zh: 青山, en: Q}, contract_since: 2020-01-01T00:00:00+08:00,\n"
        "     contract_until: 2036-01-01T00:00:00+08:00, fit: true, fit_until: 2036-01-01T00:00:00+08:00,\n"
        "     grants: [{services: [mobile, cloud-drive], actions: [inspect]}]}\n"
    )
    await apply(opened, agent)
    await opened.door.refresh()
    assert may_inspect(opened.door.room, AGENT, "mobile") == Refusal("not-entitled")


async def test_who_is_entitled_for_one_service_names_it(opened: Installation) -> None:
    await apply(
        opened,
        "posts:\n  - {id: legal, name: {zh: 法务, en: Legal}, grants: [{services: [mobile], actions: [inspect]}]}\n",
    )
    await opened.door.refresh()
    legal = Visitor(Actor("staff", "S-0099", post="legal"))
    assert may_inspect(opened.door.room, legal, "mobile") is None
    assert may_inspect(opened.door.room, legal, None) == Refusal("not-entitled")
    assert may_inspect(opened.door.room, legal, "cloud-drive") == Refusal("not-entitled")


@pytest.mark.duty("A14-1-cooperate")
async def test_what_is_suspended_can_be_looked_up_all_the_same(opened: Installation) -> None:
    await apply(
        opened,
        "orders:\n  - {id: 'O-1', authority: {zh: 局, en: A}, reason: {zh: 查, en: W}, "
        "since: 2026-01-01T00:00:00+08:00}\n",
    )
    await opened.door.refresh()
    assert may_inspect(opened.door.room, SECURITY, None) is None


async def test_the_look_is_recorded_and_names_neither_user_nor_reason(opened: Installation) -> None:
    await note_inspection(opened.door.room, SECURITY, LOOKED)
    leaf, _ = await last_leaf(opened)
    assert (leaf.who.id, leaf.what.act, leaf.what.purposes) == ("S-0001", "inspect-records", ("user-request",))
    assert (leaf.what.service, leaf.what.items, leaf.what.rows) == ("mobile", ("phone",), 3)
    raw = (await raw_leaves(opened))[-1].decode()
    for private in ("用户来电询问", "a" * 26, "S-0042"):
        assert private not in raw


async def test_the_look_is_among_the_records_about_the_user(opened: Installation) -> None:
    before = await _about(opened)
    await note_inspection(opened.door.room, SECURITY, LOOKED)
    assert await _about(opened) == before + 1


async def test_a_refused_look_is_recorded_with_its_article(opened: Installation) -> None:
    with pytest.raises(RefusedError):
        await note_inspection(opened.door.room, CLERK, LOOKED, Refusal("not-entitled"))
    leaf, _ = await last_leaf(opened)
    assert (leaf.verdict.outcome, leaf.verdict.code, leaf.verdict.article) == ("refused", "not-entitled", "13(3)")
    assert leaf.what.rows == 0


async def _about(opened: Installation) -> int:
    rows = await opened.stores.databases["log"].fetch("SELECT count(*) FROM log.look_up")
    return int(rows[0][0])
