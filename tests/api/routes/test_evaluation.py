"""POST /access/v1/evaluation and its metadata (AuthZEN 1.0)."""

from __future__ import annotations

from typing import Any

from tests.api.gate import Gate
from tests.api.routes.guarded import Guarded

PATH = "/access/v1/evaluation"


class TestEvaluation(Guarded):
    path = PATH

    def body(self, gate: Gate) -> dict[str, Any]:
        return question(gate)

    async def test_it_refuses_who_has_no_grant(self, gate: Gate) -> None:
        body = question(gate, subject={"type": "service", "id": "nobody"})
        told = (await gate.call("POST", PATH, body, token="nobody")).json()
        assert told["decision"] is False
        assert (told["context"]["code"], told["context"]["article"]) == ("not-entitled", "13(3)")
        assert set(told["context"]["reason_admin"]) == {"zh", "en"}

    async def test_it_says_yes(self, gate: Gate) -> None:
        assert (await self.send(gate, token="crm")).json() == {"decision": True}

    async def test_it_says_no_where_one_item_would_be_withheld(self, gate: Gate) -> None:
        body = question(gate)
        body["context"]["items"] = ["name", "id-number"]
        told = (await gate.call("POST", PATH, body)).json()
        assert (told["decision"], told["context"]["withheld"]) == (False, {"id-number": "beyond-necessary"})

    async def test_it_says_for_which_of_several_purposes_it_says_no(self, gate: Gate) -> None:
        body = question(gate)
        body["context"]["purposes"] = ["customer-service", "offers"]
        told = (await gate.call("POST", PATH, body)).json()
        assert (told["decision"], told["context"]["purpose"]) == (False, "offers")

    async def test_it_answers_nobody_about_another_actor(self, gate: Gate) -> None:
        body = question(gate, subject={"type": "staff", "id": "S-0042"})
        told = (await gate.call("POST", PATH, body)).json()
        assert (told["decision"], told["context"]["code"]) == (False, "not-the-caller")

    async def test_the_decision_is_recorded_as_a_check(self, gate: Gate) -> None:
        before = await _staged(gate)
        await self.send(gate, token="crm")
        assert await _staged(gate) == before + 1

    async def test_it_passes_over_members_that_it_does_not_know(self, gate: Gate) -> None:
        body = question(gate, subject={"type": "service", "id": "crm", "properties": {"a": [1]}}, options={"x": None})
        assert (await gate.call("POST", PATH, body)).json() == {"decision": True}

    async def test_a_request_that_does_not_fit_is_a_bad_request(self, gate: Gate) -> None:
        for broken in ({}, question(gate, resource={"type": "book", "id": "1"}), question(gate, context={})):
            assert (await gate.call("POST", PATH, broken)).status_code == 400
        body = question(gate)
        del body["context"]["purposes"]
        answer = await gate.call("POST", PATH, body)
        assert (answer.status_code, answer.json()["field"]) == (400, "context.purposes")


async def test_the_metadata_says_where_decisions_are_made(gate: Gate) -> None:
    told = (await gate.client.get("/.well-known/authzen-configuration")).json()
    assert told == {
        "policy_decision_point": "http://gate.test",
        "access_evaluation_endpoint": f"http://gate.test{PATH}",
    }


def question(gate: Gate, **other: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "subject": {"type": "service", "id": "crm"},
        "action": {"name": "read"},
        "resource": {"type": "subject", "id": gate.subject},
        "context": {"service": "mobile", "purposes": ["customer-service"], "items": ["name"]},
    }
    return {**usual, **other}


async def _staged(gate: Gate) -> int:
    [(count,)] = await gate.opened.stores.databases["log"].fetch("SELECT count(*) FROM log.staging")
    return int(count)
