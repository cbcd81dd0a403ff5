"""POST /v1/tokens and DELETE /v1/tokens/{id}."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.gate import UNTIL, USUAL, Gate
from tests.api.routes.guarded import Guarded, GuardedBody


class TestIssue(GuardedBody):
    path = "/v1/tokens"
    entitled = "administrator"
    status = 201

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"kind": "service", "actor": "crm", "until": UNTIL}

    async def test_the_new_token_works_at_once(self, gate: Gate) -> None:
        token = (await self.send(gate, token="administrator")).json()["token"]
        assert (await gate.call("POST", "/v1/release", gate.about(**USUAL), token=token)).status_code == 200

    async def test_an_id_is_given_once(self, gate: Gate) -> None:
        body = {**self.body(gate), "id": "crm-1"}
        answer = await gate.call("POST", self.path, body, token="administrator")
        assert (answer.status_code, answer.json()["field"]) == (409, "id")

    async def test_it_issues_nothing_that_has_expired(self, gate: Gate) -> None:
        body = {**self.body(gate), "until": "2026-01-01T00:00:00Z"}
        answer = await gate.call("POST", self.path, body, token="administrator")
        assert (answer.status_code, answer.json()["field"]) == (422, "until")

    @pytest.mark.parametrize(
        ("bearer", "field"),
        [
            ({"kind": "service", "actor": "nobody"}, "actor"),
            ({"kind": "staff", "actor": "S-1"}, "post"),
            ({"kind": "staff", "actor": "S-1", "post": "nobody"}, "post"),
            ({"kind": "agent-staff", "actor": "A-1", "agent": "nobody"}, "agent"),
            ({"kind": "face", "actor": "desk-9"}, "actor"),
        ],
    )
    async def test_who_is_not_in_the_policy_gets_no_token(self, gate: Gate, bearer: dict[str, str], field: str) -> None:
        answer = await gate.call("POST", self.path, {**bearer, "until": UNTIL}, token="administrator")
        assert (answer.status_code, answer.json()["field"]) == (422, field)

    async def test_it_keeps_no_answer_with_a_token(self, gate: Gate) -> None:
        answer = await self.send(gate, token="administrator", idempotency_key="k")
        assert (answer.status_code, answer.json()["field"]) == (422, "idempotency-key")

    async def test_no_log_line_has_the_token(self, gate: Gate) -> None:
        token = (await self.send(gate, token="administrator")).json()["token"]
        assert token.rpartition("_")[2].encode() not in gate.log.getvalue()


class TestRevoke(Guarded):
    method = "DELETE"
    path = "/v1/tokens/clerk-1"
    entitled = "administrator"

    def body(self, gate: Gate) -> None:
        return None

    async def test_it_ends_the_token_at_once(self, gate: Gate) -> None:
        await self.send(gate, token="administrator")
        assert (await gate.call("POST", "/v1/release", gate.about(**USUAL), token="clerk")).status_code == 401

    async def test_a_revoked_id_is_not_given_again(self, gate: Gate) -> None:
        await self.send(gate, token="administrator")
        body = {"kind": "service", "actor": "crm", "until": UNTIL, "id": "clerk-1"}
        assert (await gate.call("POST", "/v1/tokens", body, token="administrator")).status_code == 409

    async def test_an_unknown_token_is_not_found(self, gate: Gate) -> None:
        answer = await gate.call("DELETE", "/v1/tokens/none", token="administrator")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
