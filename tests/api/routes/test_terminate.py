"""POST /v1/terminate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.api.gate import USUAL, Gate
from tests.api.routes.guarded import GuardedBody


class TestTerminate(GuardedBody):
    path = "/v1/terminate"

    def body(self, gate: Gate) -> dict[str, Any]:
        return gate.about()

    async def test_it_stops_use_at_once(self, gate: Gate) -> None:
        await self.send(gate, token="clerk")
        answer = await gate.call("POST", "/v1/release", gate.about(**USUAL))
        assert (answer.status_code, answer.json()["code"]) == (403, "service-ended")

    @pytest.mark.duty("A09-4-cancel")
    async def test_who_asks_is_told_what_was_held_and_until_when_and_who_has_copies(self, gate: Gate) -> None:
        known = await gate.call("POST", "/v1/own/standing", {}, token="portal")
        await gate.opened.sequencer.step()
        told = (await gate.call("POST", self.path, gate.about(tell=True), token="clerk")).json()
        held = {(each["purpose"], each["item"]): each for each in told["held"]}
        assert held.keys() == {(each["purpose"], each["item"]) for each in known.json()["held"]}
        now = gate.clock.now()
        assert datetime.fromisoformat(held["open-account", "address"]["due"]) <= now
        assert held["open-account", "address"]["law"] is None
        kept = held["real-name-record", "id-number"]
        assert (datetime.fromisoformat(kept["due"]) > now, bool(kept["law"])) == (True, True)
        assert told["recipients"] == []

    async def test_others_are_told_no_more_than_that_it_is_done(self, gate: Gate) -> None:
        told = (await self.send(gate, token="clerk")).json()
        assert told.keys() == {"subject", "receipt", "versions"}

    async def test_who_may_not_end_it_is_told_nothing(self, gate: Gate) -> None:
        refused = await gate.call("POST", self.path, gate.about(tell=True), token="officer")
        assert (refused.status_code, "held" in refused.json()) == (403, False)
