"""POST /v1/withdraw."""

from __future__ import annotations

from typing import Any

from tests.api.gate import Gate
from tests.api.routes.guarded import GuardedBody


class TestWithdraw(GuardedBody):
    path = "/v1/withdraw"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about(purposes=["offers"])

    async def test_it_holds_at_once(self, gate: Gate) -> None:
        use = gate.about(purposes=["offers"], items=["phone"], action="use")
        assert (await gate.call("POST", "/v1/check", use)).json()["permitted"] is True
        await self.send(gate, token="portal", shouze_assertion=self._own(gate))
        assert (await gate.call("POST", "/v1/check", use)).json()["refusal"]["code"] == "no-consent"

    async def test_it_does_not_end_what_a_law_requires(self, gate: Gate) -> None:
        answer = await gate.call("POST", self.path, gate.about(purposes=["real-name-record"]))
        assert (answer.status_code, answer.json()["field"]) == (422, "purposes[0]")

    def _own(self, gate: Gate) -> str:
        return gate.assertion(self.content(gate), iss="portal-1", kind="subject", sub=gate.subject, post=None)
