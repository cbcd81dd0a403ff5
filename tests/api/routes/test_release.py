"""POST /v1/release."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.gate import USUAL, Gate
from tests.api.routes.guarded import GuardedBody
from tests.installation import PERSON


class TestRelease(GuardedBody):
    path = "/v1/release"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about(**USUAL)

    async def test_it_opens_what_is_permitted_and_says_where_it_is_recorded(self, gate: Gate) -> None:
        told = (await self.send(gate, token="clerk")).json()
        assert told["items"]["name"] == PERSON["name"]
        assert (told["withheld"], told["not_held"], told["versions"]) == ({}, [], {"name": 1, "phone": 1})
        assert set(told["receipt"]) == {"node", "boot", "nseq", "leaf"}
        assert len(told["receipt"]["leaf"]) == 44

    async def test_it_finds_the_subject_by_an_identifier(self, gate: Gate) -> None:
        body = {**self.body(gate), "subject": {"identifiers": {"phone": PERSON["phone"]}}}
        assert (await gate.call("POST", self.path, body)).json()["subject"] == gate.subject

    async def test_it_withholds_item_by_item_with_the_article(self, gate: Gate) -> None:
        body = {**self.body(gate), "items": ["name", "id-number"]}
        told = (await gate.call("POST", self.path, body)).json()
        assert list(told["items"]) == ["name"]
        assert told["withheld"]["id-number"] == {
            "code": "beyond-necessary",
            "article": "9(3)",
            "what": "id-number",
            "title": "It goes beyond what the purpose needs",
        }

    async def test_it_says_for_which_of_several_purposes_it_refuses(self, gate: Gate) -> None:
        body = {**self.body(gate), "items": ["name", "id-number"], "purposes": ["customer-service", "open-account"]}
        told = (await gate.call("POST", self.path, body)).json()
        assert told["withheld"]["id-number"]["purpose"] == "customer-service"
        refused = (await gate.call("POST", self.path, body, token="clerk")).json()
        assert (refused["code"], refused["purpose"]) == ("not-entitled", "open-account")
        body["purposes"] = ["customer-service", "open-acount"]
        misspelt = (await gate.call("POST", self.path, body)).json()
        assert (misspelt["code"], misspelt["field"]) == ("purpose-not-declared", "purposes[1]")
        assert "purpose" not in misspelt

    async def test_it_speaks_to_the_subject_through_the_portal(self, gate: Gate) -> None:
        body = gate.about(purposes=["subject-rights"], items=["name", "address"])
        told = (await gate.call("POST", self.path, body, token="portal")).json()
        assert told["items"] == {"name": PERSON["name"], "address": PERSON["address"]}

    async def test_the_portal_opens_nothing_of_another_subject(self, gate: Gate) -> None:
        body = {**gate.about(purposes=["subject-rights"], items=["name"]), "subject": {"id": gate.other}}
        answer = await gate.call("POST", self.path, body, token="portal")
        assert (answer.status_code, answer.json()["code"]) == (403, "not-entitled")

    @pytest.mark.parametrize("action", ["freeze", "terminate", "collect", "compare", "correct", "erase", "sing"])
    async def test_it_takes_no_action_that_opens_nothing(self, gate: Gate, action: str) -> None:
        answer = await gate.call("POST", self.path, {**self.body(gate), "action": action})
        assert (answer.status_code, answer.json()["field"]) == (422, "action")

    async def test_the_unentitled_cannot_tell_known_from_unknown(self, gate: Gate) -> None:
        unknown = {**self.body(gate), "subject": {"id": "a" * 26}}
        known = await gate.call("POST", self.path, self.body(gate), token="nobody")
        other = await gate.call("POST", self.path, unknown, token="nobody")
        assert known.json() | {"instance": ""} == other.json() | {"instance": ""}
