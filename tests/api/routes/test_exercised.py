"""GET /v1/grants, POST /v1/grants/exercised and GET /v1/policy/entries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.gate import USUAL, Gate
from tests.api.routes.guarded import Guarded, GuardedBody


class TestEntitled(Guarded):
    method = "GET"
    path = "/v1/grants"
    entitled = "crm"

    def body(self, gate: Gate) -> None:
        return None

    @pytest.mark.duty("A13-3-permissions")
    async def test_a_token_sees_what_it_may_ask_for_and_nothing_else(self, gate: Gate) -> None:
        told = (await self.send(gate, token="clerk")).json()
        assert {(each["service"], each["purpose"]) for each in told["entitled"]} == {
            ("mobile", "customer-service"), ("cloud-drive", "provide-drive"),
        }  # fmt: skip
        mobile = next(each for each in told["entitled"] if each["service"] == "mobile")
        assert mobile == {
            "service": "mobile", "version": 1, "purpose": "customer-service", "law": None,
            "actions": ["compare", "correct", "read"], "items": ["name", "phone"], "recipient": None, "site": None,
        }  # fmt: skip
        assert told["epoch"] == gate.opened.door.room.policy.epoch

    async def test_an_agents_staff_see_at_which_sites(self, gate: Gate) -> None:
        told = (await self.send(gate, token="agent")).json()
        assert {each["site"] for each in told["entitled"]} == {"QS-01", "QS-02"}

    async def test_it_refuses_who_has_no_grant(self, gate: Gate) -> None:
        """Whoever has none, and a program that administers, are told just that; a user holds no grants."""
        for token in ("nobody", "administrator"):
            assert (await self.send(gate, token=token)).json()["entitled"] == []
        assert (await self.send(gate, token="portal")).json()["code"] == "not-entitled"


class TestExercised(GuardedBody):
    path = "/v1/grants/exercised"
    entitled = "desk"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"holders": ["post:customer-service", "person:S-0042", "account:crm"]}

    @pytest.mark.duty("A13-3-permissions")
    async def test_it_tells_what_each_holder_did_and_nothing_that_was_refused(self, gate: Gate) -> None:
        for items in (["name"], ["name", "phone"], ["address"]):
            await gate.call("POST", "/v1/release", gate.about(**USUAL | {"items": items}), token="clerk")
        await gate.opened.sequencer.step()
        answer = (await self.send(gate, token="desk")).json()
        assert answer["counted"] == answer["size"]
        told = {
            (row["holder"], row["item"]): (row["actors"], row["uses"])
            for row in answer["exercised"]
            if row["action"] == "read"
        }
        assert told[("post:customer-service", "name")] == (1, 2)
        assert told[("post:customer-service", "phone")] == told[("person:S-0042", "phone")] == (1, 1)
        assert not any(item == "address" for _, item in told)

    @pytest.mark.parametrize("token", ["crm", "clerk", "agent", "portal"])
    async def test_it_refuses_who_neither_is_staff_at_the_desk_nor_administers(self, gate: Gate, token: str) -> None:
        answer = await self.send(gate, token=token)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-entitled")


class TestEntries(Guarded):
    method = "GET"
    path = "/v1/policy/entries"
    entitled = "administrator"

    def body(self, gate: Gate) -> None:
        return None

    async def test_it_gives_posts_with_their_names_and_no_token(self, gate: Gate) -> None:
        told = (await self.send(gate, token="administrator")).json()["entries"]
        names = {post["id"]: post["name"]["en"] for post in told["posts"]}
        assert names["customer-service"] == "Customer service"
        assert "callers" not in told
