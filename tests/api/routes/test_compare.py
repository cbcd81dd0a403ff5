"""POST /v1/compare."""

from __future__ import annotations

from typing import Any

from tests.api.gate import Gate
from tests.api.routes.guarded import GuardedBody
from tests.installation import OTHER, PERSON


class TestCompare(GuardedBody):
    path = "/v1/compare"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about(purposes=["customer-service"], item="phone", value=PERSON["phone"])

    async def test_it_tells_the_subjects_identifier(self, gate: Gate) -> None:
        assert (await self.send(gate, token="clerk")).json()["matches"] is True

    async def test_it_tells_anothers_identifier(self, gate: Gate) -> None:
        answer = await gate.call("POST", self.path, {**self.body(gate), "value": OTHER["phone"]}, token="clerk")
        assert answer.json()["matches"] is False
