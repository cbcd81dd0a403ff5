"""POST /v1/freeze and /v1/unfreeze."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.gate import USUAL, Gate
from tests.api.routes.guarded import GuardedBody

INCIDENT = "I-2026-1"


class TestFreezeAnAccount(GuardedBody):
    path = "/v1/freeze"
    entitled = "officer"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about(incident=INCIDENT)

    async def test_a_frozen_account_is_not_opened_until_it_is_released(self, gate: Gate) -> None:
        await self.send(gate, token="officer")
        answer = await gate.call("POST", "/v1/release", gate.about(**USUAL))
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (403, "frozen", "account")
        await gate.call("POST", "/v1/unfreeze", self.body(gate), token="officer")
        assert (await gate.call("POST", "/v1/release", gate.about(**USUAL))).status_code == 200

    @pytest.mark.parametrize("missing", ["service", "subject"])
    async def test_it_says_what_is_missing(self, gate: Gate, missing: str) -> None:
        body = {name: value for name, value in self.body(gate).items() if name != missing}
        answer = await gate.call("POST", self.path, body, token="officer")
        assert (answer.status_code, answer.json()["field"]) == (422, missing)


class TestFreezeAnItem(GuardedBody):
    path = "/v1/freeze"
    entitled = "officer"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"incident": INCIDENT, "target": "item", "name": "phone"}

    async def test_the_item_is_withheld_until_it_is_released(self, gate: Gate) -> None:
        await self.send(gate, token="officer")
        told = (await gate.call("POST", "/v1/release", gate.about(**USUAL))).json()
        assert told["withheld"]["phone"]["code"] == "frozen"
        await gate.call("POST", "/v1/unfreeze", self.body(gate), token="officer")
        assert (await gate.call("POST", "/v1/release", gate.about(**USUAL))).json()["withheld"] == {}

    async def test_an_administrator_may_freeze_too(self, gate: Gate) -> None:
        assert (await self.send(gate, token="administrator")).status_code == 200

    async def test_two_incidents_are_released_one_by_one(self, gate: Gate) -> None:
        second = {**self.body(gate), "incident": "I-2026-2"}
        await self.send(gate, token="officer")
        await gate.call("POST", self.path, second, token="officer")
        await gate.call("POST", "/v1/unfreeze", second, token="officer")
        told = (await gate.call("POST", "/v1/release", gate.about(**USUAL))).json()
        assert told["withheld"]["phone"]["code"] == "frozen"

    async def test_what_no_incident_froze_cannot_be_released(self, gate: Gate) -> None:
        answer = await gate.call("POST", "/v1/unfreeze", self.body(gate), token="officer")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")

    async def test_it_takes_no_subject(self, gate: Gate) -> None:
        body = {**self.body(gate), "subject": {"id": gate.subject}}
        answer = await gate.call("POST", self.path, body, token="officer")
        assert (answer.status_code, answer.json()["field"]) == (422, "subject")

    @pytest.mark.parametrize(
        ("target", "name", "known"),
        [("service", "mobil", "mobile"), ("agent", "nobody", "qingshan-stores"), ("action", "reed", "read"),
         ("item", "fone", "shouze items")],
    )  # fmt: skip
    async def test_what_is_not_there_is_not_said_to_be_frozen(
        self, gate: Gate, target: str, name: str, known: str
    ) -> None:
        body = {**self.body(gate), "target": target, "name": name}
        answer = (await gate.call("POST", self.path, body, token="administrator")).json()
        assert (answer["code"], answer["field"]) == ("invalid", "name")
        assert known in answer["remedy"]

    async def test_a_service_is_frozen_only_by_who_may_freeze_in_it(self, gate: Gate) -> None:
        body = {**self.body(gate), "target": "service", "name": "somewhere-else"}
        assert (await gate.call("POST", self.path, body, token="officer")).status_code == 403


class TestUnfreeze(GuardedBody):
    path = "/v1/unfreeze"
    entitled = "officer"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about(incident=INCIDENT)
