"""The latest policy, and one that was tampered with."""

from __future__ import annotations

import pytest

from shouze.errors import TamperedError
from shouze.rules.policy import Policy
from shouze.store.opening import Stores
from tests.store.building import NOW, policy_of


async def test_before_the_first_publication_the_policy_is_empty(stores: Stores) -> None:
    assert await stores.policies.latest() == Policy()


async def test_the_policy_of_the_highest_epoch_is_the_latest(stores: Stores, twin: Stores) -> None:
    for epoch, frozen in ((1, ("mail", "shop")), (2, ("mail",)), (3, ())):
        policy = policy_of(epoch, *frozen)
        assert await stores.press.publish(policy, [], [], None, "p", NOW)
        assert await twin.policies.latest() == policy


@pytest.mark.parametrize(
    "change",
    [
        "body = :other",
        "body = :broken",
        "digest = 'another'",
        "epoch = 7",
    ],
)
async def test_a_policy_that_is_not_what_was_published_is_refused(stores: Stores, change: str) -> None:
    assert await stores.press.publish(policy_of(1, "mail"), [], [], None, "p", NOW)
    [(body,)] = await stores.databases["custody"].fetch("SELECT body FROM custody.policy")
    words = {name: value for name, value in (("other", body.replace(b"mail", b"shop")), ("broken", body[:-1]))
             if f":{name}" in change}  # fmt: skip
    await stores.databases["custody"].execute(f"UPDATE custody.policy SET {change}", words)
    with pytest.raises(TamperedError, match=r"custody\.policy"):
        await stores.policies.latest()
