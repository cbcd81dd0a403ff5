"""POST /v1/acts."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from shouze.api.acts import NoteActBody
from shouze.ledger.entry import parse_leaf
from shouze.wiring.statutes import read_statutes
from tests.api.gate import Gate
from tests.api.routes.guarded import GuardedBody
from tests.gateway.test_passage import raw_leaves

EVIDENCE = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA"


class TestActs(GuardedBody):
    path = "/v1/acts"
    entitled = "desk"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"register": "agents", "act": "assess", "entry": "4711", "evidence": EVIDENCE, "duty": "A11-no-unfit"}

    async def test_the_log_says_who_did_what_under_which_duty_and_commits_to_the_rest(self, gate: Gate) -> None:
        receipt = (await self.send(gate, token="desk")).json()
        raw = next(
            each
            for each in await raw_leaves(gate.opened)
            if f'"boot":"{receipt["boot"]}"'.encode() in each and parse_leaf(each).nseq == receipt["nseq"]
        )
        leaf = parse_leaf(raw)
        assert (leaf.who.id, leaf.what.act, leaf.verdict.article) == ("S-0042", "agents-assess", "A11-no-unfit")
        assert b"4711" not in raw
        assert EVIDENCE.encode() not in raw

    @pytest.mark.parametrize("token", ["crm", "officer", "agent"])
    async def test_it_refuses_who_neither_is_named_by_a_face_nor_administers(self, gate: Gate, token: str) -> None:
        answer = await self.send(gate, token=token)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-entitled")

    def test_every_duty_of_the_order_may_be_named(self) -> None:
        for duty in read_statutes().duties:
            msgspec.convert(
                {"register": "r", "act": "a", "entry": "1", "evidence": EVIDENCE, "duty": duty}, NoteActBody
            )

    @pytest.mark.parametrize("duty", ["13812345678", "11010519491231002X", "张三", "A13-13812345678", "A13-3-bulk\n"])
    async def test_nothing_but_a_duty_stands_where_the_duty_does(self, gate: Gate, duty: str) -> None:
        answer = await gate.call("POST", self.path, self.body(gate) | {"duty": duty}, token="desk")
        assert (answer.status_code, answer.json()["field"]) == (422, "duty")

    async def test_a_repeated_act_is_recorded_once(self, gate: Gate) -> None:
        first = await self.send(gate, token="desk", idempotency_key="act-1")
        assert (await self.send(gate, token="desk", idempotency_key="act-1")).json() == first.json()
