"""Two gateways on one PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shouze.ledger.entry import parse_leaf
from shouze.ledger.tile import decode_bundle
from shouze.ledger.tree import leaf_hash
from shouze.rules.refusal import RefusedError
from shouze.settings import Settings
from shouze.wiring import Installation
from tests import postgres
from tests.installation import CLERK, CRM, OTHER, PERSON, apply, ask, operator, subscribe

GRANTED = """
posts:
  - id: customer-service
    name: {zh: 客服, en: Clerk}
    grants: [{services: [mobile], actions: [read], purposes: [customer-service]}]
"""
TAKEN = "posts: [{id: customer-service, name: {zh: 客服, en: Clerk}}]"
ROUNDS = 10


@pytest.fixture
async def gateways(tmp_path: Path) -> AsyncIterator[tuple[Installation, Installation]]:
    with postgres.database(prepared=True) as url:
        first, second = Settings(database=url, node=1), Settings(database=url, node=2)
        home = tmp_path / "home"
        async with operator(home, first) as one, operator(home, second, declared=False) as other:
            yield one, other


async def test_what_one_takes_the_other_refuses_with_its_very_next_answer(
    gateways: tuple[Installation, Installation],
) -> None:
    one, other = gateways
    subject = (await subscribe(one)).subject
    for _ in range(ROUNDS):
        assert (await other.door.release(CLERK, ask(subject, "name"))).items
        await apply(one, TAKEN)
        with pytest.raises(RefusedError):
            await other.door.release(CLERK, ask(subject, "name"))
        await apply(other, GRANTED)
        assert (await one.door.release(CLERK, ask(subject, "name"))).items
        await other.door.withdraw(CRM, ask(subject, purposes=("customer-service",)))
        with pytest.raises(RefusedError):
            await one.door.release(CLERK, ask(subject, "name"))
        subject = (await subscribe(one, {**PERSON, "phone": next(NUMBERS)})).subject


NUMBERS = (f"1391234{number:04d}" for number in range(10_000))


async def test_no_use_is_decided_under_a_policy_older_than_its_request(
    gateways: tuple[Installation, Installation],
) -> None:
    one, other = gateways
    subject = (await subscribe(one, OTHER)).subject
    present = await one.stores.policies.latest()
    epochs, published = {present.digest: present.epoch}, present.epoch
    uses: list[tuple[int, bytes]] = []
    stop = asyncio.Event()

    async def use(gateway: Installation) -> None:
        while not stop.is_set():
            before = published
            try:
                released = await gateway.door.release(CLERK, ask(subject, "name"))
            except RefusedError:
                continue
            assert released.receipt is not None
            uses.append((before, released.receipt.leaf_hash))

    users = [asyncio.create_task(use(gateway)) for gateway in (one, other) for _ in range(4)]
    for number in range(ROUNDS):
        gateway = (one, other)[number % 2]
        await apply(gateway, (TAKEN if number % 3 else GRANTED).replace("客服", f"客服{number}"))
        latest = await gateway.stores.policies.latest()
        epochs[latest.digest], published = latest.epoch, latest.epoch
    stop.set()
    await asyncio.gather(*users)
    digests = await policy_digests(one)
    assert len(uses) > ROUNDS
    for before, hashed in uses:
        assert epochs[digests[hashed]] >= before


async def policy_digests(opened: Installation) -> dict[bytes, str]:
    rows = await opened.stores.databases["log"].fetch("SELECT n, body FROM log.staging")
    leaves = [leaf for n, body in rows for leaf in decode_bundle(body, n)]
    return {leaf_hash(leaf): parse_leaf(leaf).verdict.policy or "" for leaf in leaves}
