"""POST /v1/cosignatures."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.note import COSIGNATURE, read_note
from tests.api.gate import Gate
from tests.api.routes.guarded import GuardedBody
from tests.api.test_log import signed
from tests.ledger.building import OTHER, WITNESS

KEY = WITNESS.verifier(COSIGNATURE)


class TestCosignatures(GuardedBody):
    path = "/v1/cosignatures"
    entitled = "administrator"
    status: ClassVar[int] = 404

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"origin": "another.example/log", "size": 1, "witness": KEY.vkey, "answer": "x"}

    async def told(self, gate: Gate) -> dict[str, Any]:
        size = await signed(gate)
        text = read_note((await gate.client.get("/log/checkpoint")).content)[0]
        answer = WITNESS.cosign(text, 1_800_000_000).line()
        return {"origin": gate.opened.signer.name, "size": size, "witness": KEY.vkey, "answer": answer}

    async def test_a_cosignature_stands_under_the_checkpoint_and_is_kept_once(self, gate: Gate) -> None:
        body = await self.told(gate)
        for _ in range(2):
            answer = await gate.call("POST", self.path, body, token=self.entitled)
            assert (answer.status_code, answer.json()) == (200, {"witness": KEY.name, "time": 1_800_000_000})
        note = (await gate.client.get("/log/checkpoint")).content
        assert note.count(KEY.name.encode()) == 1
        assert open_checkpoint(note, [gate.opened.signer.verifier(), KEY])[0].size == body["size"]

    @pytest.mark.parametrize("token", ["crm", "officer", "agent"])
    async def test_it_refuses_who_does_not_administer(self, gate: Gate, token: str) -> None:
        answer = await gate.call("POST", self.path, await self.told(gate), token=token)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-entitled")

    @pytest.mark.parametrize(
        ("wrong", "status"),
        [
            ({"answer": OTHER.cosign("another text\n", 1).line()}, 422),
            ({"witness": OTHER.verifier(COSIGNATURE).vkey}, 422), ({"witness": OTHER.verifier().vkey}, 422),
            ({"witness": "x"}, 422), ({"size": 1_000_000}, 404), ({"origin": "another.example/log"}, 404),
        ],
    )  # fmt: skip
    async def test_nothing_that_does_not_verify_is_kept(self, gate: Gate, wrong: dict[str, Any], status: int) -> None:
        answer = await gate.call("POST", self.path, await self.told(gate) | wrong, token=self.entitled)
        assert answer.status_code == status, answer.text
        note = (await gate.client.get("/log/checkpoint")).content
        assert b"witness.example" not in note
