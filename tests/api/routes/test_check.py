"""POST /v1/check."""

from __future__ import annotations

from typing import Any

from tests.api.gate import USUAL, Gate
from tests.api.routes.guarded import GuardedBody


class TestCheck(GuardedBody):
    path = "/v1/check"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about(**USUAL)

    async def test_it_refuses_who_has_no_grant(self, gate: Gate) -> None:
        told = (await self.send(gate, token="nobody")).json()
        assert (told["permitted"], told["refusal"]["code"], told["refusal"]["article"]) == (
            False,
            "not-entitled",
            "13(3)",
        )

    async def test_it_says_yes_and_opens_nothing(self, gate: Gate) -> None:
        told = (await self.send(gate, token="clerk")).json()
        assert (told["permitted"], told["items"], told["refusal"]) == (True, ["name", "phone"], None)
        assert told["receipt"] is not None

    async def test_it_speaks_the_readers_language(self, gate: Gate) -> None:
        told = (await self.send(gate, token="nobody", accept_language="zh-CN")).json()
        assert told["refusal"]["title"] == "没有相应权限"
