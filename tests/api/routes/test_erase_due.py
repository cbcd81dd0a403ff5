"""POST /v1/erase-due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.api.gate import Gate
from tests.api.routes.guarded import GuardedBody


class TestEraseDue(GuardedBody):
    path = "/v1/erase-due"
    entitled = "administrator"

    def body(self, gate: Gate) -> dict[str, Any]:
        return {"limit": 10}

    async def test_it_erases_what_has_come_to_its_end(self, gate: Gate) -> None:
        assert (await self.send(gate, token="administrator")).json() == {"subjects": 0}
        gate.clock.move(timedelta(days=800))
        assert (await self.send(gate, token="administrator")).json() == {"subjects": 1}

    async def test_it_is_not_for_the_desk(self, gate: Gate) -> None:
        assert (await self.send(gate, token="officer")).status_code == 403
