"""POST /v1/consents/read and /v1/consents/count."""

from __future__ import annotations

from typing import Any

import pytest

from shouze.ledger.entry import parse_leaf
from tests.api.gate import Gate
from tests.api.routes.guarded import GuardedBody
from tests.gateway.test_passage import raw_leaves


class TestRead(GuardedBody):
    path = "/v1/consents/read"
    entitled = "desk"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about(purposes=["customer-service"], reason="投诉")

    @pytest.mark.duty("A09-1-consent")
    async def test_it_tells_what_was_agreed_how_and_to_which_version(self, gate: Gate) -> None:
        told = (await self.send(gate, token="desk")).json()
        by_purpose = {each["purpose"]: each for each in told["consents"]}
        assert by_purpose.keys() == {"open-account", "customer-service", "offers"}
        offers = by_purpose["offers"]
        assert (offers["version"], offers["items"], offers["act"], offers["channel"]) == (1, ["phone"], "ticked", "app")
        assert (offers["withdrawn_at"], told["left"]) == (None, None)

    async def test_a_withdrawal_shows_with_its_time(self, gate: Gate) -> None:
        await gate.call("POST", "/v1/withdraw", gate.about(purposes=["offers"]))
        told = (await self.send(gate, token="desk")).json()
        assert next(each for each in told["consents"] if each["purpose"] == "offers")["withdrawn_at"] is not None

    async def test_the_look_is_recorded_with_its_purpose(self, gate: Gate) -> None:
        receipt = (await self.send(gate, token="desk")).json()["receipt"]
        leaves = [parse_leaf(each) for each in await raw_leaves(gate.opened)]
        leaf = next(each for each in leaves if each.nseq == receipt["nseq"] and each.boot == receipt["boot"])
        assert (leaf.who.id, leaf.what.act, leaf.what.purposes) == ("S-0042", "read-consents", ("customer-service",))

    async def test_a_purpose_not_granted_is_refused_and_recorded(self, gate: Gate) -> None:
        answer = await gate.call("POST", self.path, gate.about(purposes=["offers"]), token="desk")
        assert (answer.status_code, answer.json()["code"]) == (403, "not-entitled")
        leaves = [parse_leaf(each) for each in await raw_leaves(gate.opened)]
        assert next(each for each in leaves if each.what.act == "read-consents").verdict.outcome == "refused"

    async def test_a_user_unknown_reads_like_an_erased_one(self, gate: Gate) -> None:
        body = self.body(gate) | {"subject": {"id": "a" * 26}}
        assert (await gate.call("POST", self.path, body, token="desk")).json()["code"] == "subject-unknown"


class TestCount(GuardedBody):
    path = "/v1/consents/count"
    entitled = "administrator"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"limit": 100}

    async def test_it_counts_by_purpose_and_version(self, gate: Gate) -> None:
        told = (await self.send(gate, token="administrator")).json()
        assert (told["subjects"], told["after"], told["share"]) == (2, None, 1.0)
        counted = {(each["purpose"], each["version"]): each["standing"] for each in told["tallies"]}
        assert counted == {("open-account", 1): 2, ("customer-service", 1): 2, ("offers", 1): 1}

    async def test_it_goes_on_where_it_stopped(self, gate: Gate) -> None:
        first = (await gate.call("POST", self.path, {"limit": 1}, token="administrator")).json()
        assert first["after"] in {gate.subject, gate.other}
        assert 0 < first["share"] <= 1
        rest = (await gate.call("POST", self.path, {"after": first["after"]}, token="administrator")).json()
        assert (rest["subjects"], rest["after"]) == (1, None)

    async def test_withdrawn_and_ended_ones_do_not_stand(self, gate: Gate) -> None:
        await gate.call("POST", "/v1/withdraw", gate.about(purposes=["offers"]))
        await gate.call("POST", "/v1/terminate", {"service": "mobile", "subject": {"id": gate.other}})
        told = (await self.send(gate, token="administrator")).json()["tallies"]
        counted = {each["purpose"]: (each["standing"], each["withdrawn"]) for each in told}
        assert counted == {"open-account": (1, 0), "customer-service": (1, 0), "offers": (0, 1)}

    async def test_the_count_is_recorded_and_names_nobody(self, gate: Gate) -> None:
        answer = await self.send(gate, token="administrator")
        leaves = [parse_leaf(each) for each in await raw_leaves(gate.opened)]
        assert next(each for each in leaves if each.what.act == "count-consents").what.rows == 2
        assert gate.subject not in answer.text

    async def test_whoever_does_not_administer_counts_nothing(self, gate: Gate) -> None:
        assert (await self.send(gate, token="crm")).status_code == 403
