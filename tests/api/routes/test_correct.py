"""POST /v1/correct."""

from __future__ import annotations

from typing import Any

from tests.api.gate import USUAL, Gate
from tests.api.routes.guarded import GuardedBody


class TestCorrect(GuardedBody):
    path = "/v1/correct"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about(purposes=["customer-service"], values={"name": "张三丰"}, expected={"name": 1})

    async def test_it_replaces_the_value_under_the_next_version(self, gate: Gate) -> None:
        assert (await self.send(gate, token="clerk")).json()["versions"] == {"name": 2}
        told = (await gate.call("POST", "/v1/release", gate.about(**USUAL))).json()
        assert told["items"]["name"] == "张三丰"

    async def test_it_refuses_a_version_that_has_moved_on(self, gate: Gate) -> None:
        await self.send(gate, token="clerk")
        before = await gate.custody()
        answer = await self.send(gate, token="clerk")
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
        assert await gate.custody() == before
