"""POST /v1/give-back."""

from __future__ import annotations

from typing import Any

from tests.api.gate import USUAL, Gate
from tests.api.routes.guarded import GuardedBody
from tests.installation import PERSON


class TestGiveBack(GuardedBody):
    path = "/v1/give-back"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about(items=["phone"])

    async def test_the_identifier_finds_the_subject_no_longer(self, gate: Gate) -> None:
        await self.send(gate, token="crm")
        body = {**gate.about(**USUAL), "subject": {"identifiers": {"phone": PERSON["phone"]}}}
        answer = await gate.call("POST", "/v1/release", body)
        assert (answer.status_code, answer.json()["code"]) == (404, "subject-unknown")

    async def test_it_refuses_an_item_named_twice(self, gate: Gate) -> None:
        answer = await gate.call("POST", self.path, gate.about(items=["phone", "phone"]))
        assert (answer.status_code, answer.json()["field"]) == (422, "items")
