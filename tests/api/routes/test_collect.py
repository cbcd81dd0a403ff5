"""POST /v1/collect."""

from __future__ import annotations

from typing import Any

from tests.api.gate import GIVEN, Gate
from tests.api.routes.guarded import GuardedBody
from tests.installation import PERSON

NEW = {"name": "王五", "phone": "13700001111", "id-number": "110101199003070310", "address": "云泽省云泽市湖滨路3号"}


class TestCollect(GuardedBody):
    path = "/v1/collect"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"service": "mobile", "purposes": ["open-account", "customer-service"], "values": NEW, "consents": GIVEN}

    async def test_it_makes_a_subject_and_says_the_versions_written(self, gate: Gate) -> None:
        told = (await self.send(gate, token="crm")).json()
        assert told["versions"] == dict.fromkeys(NEW, 1)
        assert len(told["subject"]) == 26
        assert "王五" not in str(told)

    async def test_it_takes_all_or_nothing(self, gate: Gate) -> None:
        before = await gate.custody()
        body = {**self.body(gate), "values": {**NEW, "email": "someone@example.invalid"}}
        answer = await gate.call("POST", self.path, body)
        assert answer.status_code == 403
        assert await gate.custody() == before

    async def test_it_refuses_what_was_not_consented_to(self, gate: Gate) -> None:
        before = await gate.custody()
        answer = await gate.call("POST", self.path, {**self.body(gate), "consents": []})
        assert (answer.status_code, answer.json()["code"]) == (403, "no-consent")
        assert await gate.custody() == before

    async def test_it_refuses_anothers_identifier(self, gate: Gate) -> None:
        before = await gate.custody()
        answer = await gate.call("POST", self.path, {**self.body(gate), "values": {**NEW, "phone": PERSON["phone"]}})
        assert (answer.status_code, answer.json()["field"]) == (409, "values.phone")
        assert await gate.custody() == before

    async def test_it_names_the_field_of_a_malformed_value_and_not_the_value(self, gate: Gate) -> None:
        answer = await gate.call("POST", self.path, {**self.body(gate), "values": {**NEW, "phone": "137-not-a-phone"}})
        assert (answer.status_code, answer.json()["field"]) == (422, "values.phone")
        assert "137-not" not in answer.text
