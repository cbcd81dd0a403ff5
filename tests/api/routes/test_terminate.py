"""POST /v1/terminate."""

from __future__ import annotations

from typing import Any

from tests.api.gate import USUAL, Gate
from tests.api.routes.guarded import GuardedBody


class TestTerminate(GuardedBody):
    path = "/v1/terminate"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about()

    async def test_it_stops_use_at_once(self, gate: Gate) -> None:
        await self.send(gate, token="clerk")
        answer = await gate.call("POST", "/v1/release", gate.about(**USUAL))
        assert (answer.status_code, answer.json()["code"]) == (403, "service-ended")
