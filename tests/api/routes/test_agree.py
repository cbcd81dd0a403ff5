"""POST /v1/agree."""

from __future__ import annotations

from typing import Any

from tests.api.gate import Gate
from tests.api.routes.guarded import GuardedBody


class TestAgree(GuardedBody):
    path = "/v1/agree"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about(agreement={"id": "A-1", "purposes": ["offers"], "actions": ["use"]})

    async def test_what_was_agreed_is_kept_to(self, gate: Gate) -> None:
        use = gate.about(purposes=["offers"], items=["phone"], action="use")
        await self.send(gate, token="clerk")
        assert (await gate.call("POST", "/v1/check", use)).json()["refusal"]["code"] == "against-agreement"

    async def test_it_refuses_a_time_without_an_offset(self, gate: Gate) -> None:
        agreement = {"id": "A-1", "until": "2037-01-01T00:00:00"}
        answer = await gate.call("POST", self.path, gate.about(agreement=agreement))
        assert (answer.status_code, answer.json()["field"]) == (422, "agreement.until")
