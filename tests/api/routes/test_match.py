"""POST /v1/match."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.gate import Gate
from tests.api.routes.guarded import GuardedBody
from tests.gateway.finding_copies import declare_copies, phones


@pytest.fixture
async def gate(gate: Gate) -> Gate:
    await declare_copies(gate.opened)
    return gate


class TestMatch(GuardedBody):
    path = "/v1/match"

    def body(self, gate: Gate) -> dict[str, Any]:
        assert gate.subject
        return {"service": "house", "purpose": "find-copies", "item": "phone", "values": phones(100)}

    async def test_it_answers_with_numbers_alone(self, gate: Gate) -> None:
        told = (await self.send(gate, token="crm")).json()
        assert told.keys() == {"compared", "subjects", "margin", "left", "receipt"}
        assert told["compared"] == 100

    @pytest.mark.parametrize("values", [phones(99), [*phones(99), phones(1)[0]], ["x"] * 200])
    async def test_a_small_batch_is_refused_by_its_field(self, gate: Gate, values: list[str]) -> None:
        answer = await gate.call("POST", self.path, {**self.body(gate), "values": values})
        assert (answer.status_code, answer.json()["field"]) == (422, "values")
        assert "138" not in answer.text
