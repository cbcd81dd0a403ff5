"""POST /v1/publications."""

from __future__ import annotations

from typing import Any

import pytest

from shouze.ledger.entry import parse_leaf
from tests.api.gate import Gate
from tests.api.routes.guarded import GuardedBody
from tests.gateway.test_passage import raw_leaves

DIGEST = "5f" * 32


class TestPublications(GuardedBody):
    path = "/v1/publications"
    entitled = "administrator"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"act": "apply-policy", "policy": DIGEST}

    async def test_the_log_says_which_policy_who_is_about_to_publish(self, gate: Gate) -> None:
        await self.send(gate, token=self.entitled)
        leaves = [parse_leaf(each) for each in await raw_leaves(gate.opened)]
        (leaf,) = [each for each in leaves if each.verdict.policy == DIGEST]
        assert (leaf.who.id, leaf.what.act, leaf.verdict.outcome) == ("administrator", "apply-policy", "published")

    @pytest.mark.parametrize("token", ["crm", "officer", "agent"])
    async def test_it_refuses_who_does_not_administer(self, gate: Gate, token: str) -> None:
        answer = await self.send(gate, token=token)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-entitled")

    @pytest.mark.parametrize("wrong", [{"act": "release"}, {"policy": "5F" * 32}, {"outcome": "permitted"}])
    async def test_nothing_but_a_publication_is_recorded(self, gate: Gate, wrong: dict[str, str]) -> None:
        answer = await gate.call("POST", self.path, self.body(gate) | wrong, token=self.entitled)
        assert (answer.status_code, answer.json()["field"]) == (422, next(iter(wrong)))

    async def test_a_gateway_that_publishes_nothing_records_it_all_the_same(self, gate: Gate) -> None:
        assert (await self.send(gate, token=self.entitled, idempotency_key="p-1")).json()["nseq"]
