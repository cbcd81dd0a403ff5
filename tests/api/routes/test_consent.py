"""POST /v1/consent."""

from __future__ import annotations

from typing import Any

from tests.api.gate import Gate
from tests.api.routes.guarded import GuardedBody

OFFERS = {"purpose": "offers", "version": 1, "items": ["phone"], "act": "ticked", "channel": "app"}


class TestConsent(GuardedBody):
    path = "/v1/consent"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"service": "mobile", "subject": {"id": gate.other}, "consents": [OFFERS]}

    async def test_what_was_consented_to_is_permitted(self, gate: Gate) -> None:
        use = {
            "service": "mobile",
            "subject": {"id": gate.other},
            "purposes": ["offers"],
            "items": ["phone"],
            "action": "use",
        }
        assert (await gate.call("POST", "/v1/check", use)).json()["permitted"] is False
        await self.send(gate, token="crm")
        assert (await gate.call("POST", "/v1/check", use)).json()["permitted"] is True

    async def test_it_refuses_a_version_not_published(self, gate: Gate) -> None:
        answer = await gate.call("POST", self.path, {**self.body(gate), "consents": [{**OFFERS, "version": 9}]})
        assert (answer.status_code, answer.json()["field"]) == (422, "consents[0].version")
