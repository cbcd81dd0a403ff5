"""Releasing, checking and comparing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from shouze.errors import InvalidError, TamperedError, UnavailableError
from shouze.gateway.asking import Released
from shouze.gateway.ports import KeyQuery, LivingKeys
from shouze.journal.staging import Batch
from shouze.ledger.entry import parse_leaf
from shouze.rules.refusal import Refusal, RefusedError
from shouze.wiring import Installation, installation
from tests.gateway.test_passage import raw_leaves
from tests.installation import (
    AGENT,
    CLERK,
    CRM,
    LEGAL,
    MARKETING,
    OTHER,
    PERSON,
    SECURITY,
    MovingClock,
    apply,
    ask,
    operator,
    subscribe,
)


async def test_the_asked_and_permitted_items_are_released(opened: Installation) -> None:
    done = await subscribe(opened)
    released = await opened.door.release(CLERK, ask(done.subject, "name", "phone"))
    assert released.items == {"name": PERSON["name"], "phone": "+86" + PERSON["phone"]}
    assert released.receipt is not None


async def test_a_subject_is_found_by_a_declared_identifier(opened: Installation) -> None:
    done = await subscribe(opened)
    released = await opened.door.release(CLERK, ask({"phone": "+86 138-1234-5678"}, "name"))
    assert released.subject == done.subject


async def test_an_item_that_another_purpose_needs_is_withheld(opened: Installation) -> None:
    done = await subscribe(opened)
    released = await opened.door.release(CRM, ask(done.subject, "name", "id-number"))
    assert set(released.items) == {"name"}
    assert released.withheld["id-number"].code == "beyond-necessary"


async def test_of_several_purposes_only_what_all_permit_is_released(opened: Installation) -> None:
    done = await subscribe(opened)
    both = ask(done.subject, "name", "id-number", purposes=("open-account", "customer-service"))
    released = await opened.door.release(CRM, both)
    assert set(released.items) == {"name"}
    assert released.withheld["id-number"] == Refusal("beyond-necessary", "id-number", "customer-service")


async def test_a_refusal_says_for_which_of_several_purposes(opened: Installation) -> None:
    done = await subscribe(opened)
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(CLERK, ask(done.subject, "name", purposes=("customer-service", "open-account")))
    assert caught.value.refusal == Refusal("not-entitled", None, "open-account")
    assert "(purpose: open-account)" in caught.value.say("en")
    leaf = parse_leaf((await raw_leaves(opened))[-1])
    assert (leaf.verdict.code, leaf.verdict.purpose) == ("not-entitled", "open-account")


async def test_a_refusal_alike_for_every_purpose_names_none_of_them(opened: Installation) -> None:
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(CRM, ask("a" * 26, "name", purposes=("open-account", "customer-service")))
    assert caught.value.refusal == Refusal("subject-unknown")


async def test_a_purpose_that_nobody_declared_is_named_by_its_place_alone(opened: Installation) -> None:
    done = await subscribe(opened)
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(CRM, ask(done.subject, "name", purposes=("customer-service", "13812345678")))
    assert caught.value.refusal == Refusal("purpose-not-declared", "purposes[1]")
    assert PERSON["phone"].encode() not in (await raw_leaves(opened))[-1]


async def test_an_unknown_subject_and_an_unentitled_caller_answer_alike(opened: Installation) -> None:
    done = await subscribe(opened)
    for whom in (done.subject, "a" * 26, {"phone": PERSON["phone"]}, {"phone": OTHER["phone"]}):
        with pytest.raises(RefusedError) as caught:
            await opened.door.release(MARKETING, ask(whom, "name"))
        assert caught.value.refusal.code == "not-entitled"


async def test_an_entitled_caller_learns_that_a_subject_is_unknown(opened: Installation) -> None:
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(CLERK, ask({"phone": OTHER["phone"]}, "name"))
    assert caught.value.refusal.code == "subject-unknown"


async def test_a_policy_published_elsewhere_is_in_force_for_the_next_use(opened: Installation) -> None:
    done = await subscribe(opened)
    await apply(opened, "remove: [posts/customer-service]")
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(CLERK, ask(done.subject, "name"))
    assert caught.value.refusal.code == "not-entitled"


async def test_a_check_answers_without_opening(opened: Installation) -> None:
    done = await subscribe(opened)
    checked = await opened.door.check(CLERK, ask(done.subject, "name"))
    assert checked.permitted
    assert checked.items == ("name",)
    refused = await opened.door.check(LEGAL, ask(done.subject, "name"))
    assert not refused.permitted


async def test_an_identifier_is_compared_without_being_shown(opened: Installation) -> None:
    done = await subscribe(opened)
    about = ask(done.subject)
    assert (await opened.door.compare(CLERK, about, "phone", PERSON["phone"])).matches
    assert not (await opened.door.compare(CLERK, about, "phone", OTHER["phone"])).matches


async def test_an_agents_staff_release_only_at_the_granted_sites(opened: Installation) -> None:
    done = await subscribe(opened)
    assert (await opened.door.release(AGENT, ask(done.subject, "name"))).items
    elsewhere = AGENT.__class__(AGENT.actor)
    with pytest.raises(RefusedError):
        await opened.door.release(elsewhere, ask(done.subject, "name"))


@pytest.mark.duty("A13-6-oplog")
async def test_what_is_asked_at_once_goes_together_and_each_has_a_leaf_of_its_own(opened: Installation) -> None:
    one, two = await subscribe(opened), await subscribe(opened, OTHER)
    before, asked = len(await raw_leaves(opened)), [one.subject, "a" * 26, two.subject, one.subject]
    found = await asyncio.gather(*(opened.door.release(CLERK, ask(each, "name")) for each in asked),
                                 return_exceptions=True)  # fmt: skip
    told = [each.items["name"] if isinstance(each, Released) else type(each) for each in found]
    assert told == [PERSON["name"], RefusedError, OTHER["name"], PERSON["name"]]
    leaves = [parse_leaf(raw) for raw in (await raw_leaves(opened))[before:]]
    assert [(leaf.what.rows, leaf.verdict.outcome) for leaf in leaves] == [
        (1, "permitted"), (0, "refused"), (1, "permitted"), (1, "permitted"),
    ]  # fmt: skip
    receipts = {each.receipt.nseq for each in found if isinstance(each, Released) and each.receipt}
    assert len(receipts) == 3


class Ahead:
    """Staging that notes for whom keys had been fetched when a record came, and then has no room for it."""

    def __init__(self, fetched: list[KeyQuery]) -> None:
        self._fetched = fetched
        self.before = list[int]()

    async def stage(self, batch: Batch) -> None:
        """Fail."""
        self.before += [len(self._fetched)] * len(batch.leaves)
        raise UnavailableError

    async def find(self, node: int, boot: str, nseq: int) -> tuple[bytes, ...] | None:
        """Find nothing."""
        return None


@pytest.mark.duty("A13-6-oplog")
async def test_no_key_is_fetched_before_the_record_nor_without_one(
    opened: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject, fetched, keys = (await subscribe(opened)).subject, list[KeyQuery](), opened.door.room.keys
    fetch = keys.fetch_many

    async def noted(queries: Sequence[KeyQuery]) -> list[LivingKeys]:
        fetched.extend(each for each in queries if each.grounds)
        return await fetch(queries)

    monkeypatch.setattr(keys, "fetch_many", noted)
    assert (await opened.door.release(CLERK, ask(subject, "name"))).items
    assert [each.subject for each in fetched] == [subject]
    fetched.clear()
    monkeypatch.setattr(opened.journal, "_staging", staging := Ahead(fetched))
    with pytest.raises(RefusedError) as refused:
        await opened.door.release(CLERK, ask(subject, "name"))
    assert refused.value.kind.code == "record-unavailable"
    assert [type(each) for each in await opened.door.read_many(CLERK, [ask(subject, "name")])] == [RefusedError]
    monkeypatch.undo()
    assert (set(staging.before), fetched) == ({0}, [])


async def test_what_was_tampered_with_takes_nobody_else_along(opened: Installation) -> None:
    one, two = await subscribe(opened), await subscribe(opened, OTHER)
    change = "UPDATE custody.subject_value SET sealed = :sealed WHERE subject = :subject"
    await opened.stores.databases["custody"].execute(change, {"sealed": b"\x02" * 60, "subject": one.subject})
    found = await asyncio.gather(*(opened.door.release(CLERK, ask(each.subject, "name")) for each in (one, two)),
                                 return_exceptions=True)  # fmt: skip
    assert isinstance(found[0], TamperedError)
    assert isinstance(found[1], Released)


@pytest.mark.parametrize("action", ["freeze", "terminate", "withdraw", "erase", "collect", "destroy", "compare"])
async def test_only_acts_of_opening_release(opened: Installation, action: str) -> None:
    done = await subscribe(opened)
    with pytest.raises(InvalidError) as caught:
        await opened.door.release(SECURITY, ask(done.subject, "name", purposes=("subject-rights",), action=action))
    assert caught.value.field == "action"


SUSPENDING = """
orders:
  - id: 1号
    authority: {zh: 通信管理局, en: Admin}
    reason: {zh: 违规, en: Breach}
    since: 2026-01-01T00:00:00+08:00
    services: [mobile]
"""


async def code_for(opened: Installation, subject: str) -> str | None:
    """Return the code with which the clerk is refused; None where the door opens."""
    try:
        await opened.door.release(CLERK, ask(subject, "name"))
    except RefusedError as problem:
        return problem.refusal.code
    return None


@pytest.mark.duty("A14-2-obey")
async def test_a_suspension_outlives_the_program_that_took_it_and_so_does_its_lifting(tmp_path: Path) -> None:
    clock = MovingClock()
    async with operator(tmp_path / "home", clock=clock) as opened:
        subject = str((await subscribe(opened, PERSON)).subject)
        assert await code_for(opened, subject) is None
        await apply(opened, SUSPENDING)
        assert await code_for(opened, subject) == "suspended-by-order"
    async with installation(tmp_path / "home", clock=clock) as opened:
        assert await code_for(opened, subject) == "suspended-by-order", "with its very first answer"
        await apply(opened, "remove: [orders/1号]")
    async with installation(tmp_path / "home", clock=clock) as opened:
        assert await code_for(opened, subject) is None
