"""The application: what is offered, and how many at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from starlette.routing import Route

from tests.api.gate import USUAL, Gate, Prepared, open_gate


async def test_beyond_its_bound_a_request_is_told_to_wait(prepared: Prepared, tmp_path: Path) -> None:
    async with open_gate(prepared, tmp_path, most=2) as gate:
        body = gate.about(**USUAL)
        answers = await asyncio.gather(*(gate.call("POST", "/v1/release", body) for _ in range(20)))
        statuses = {each.status_code for each in answers}
        assert statuses == {200, 503}
        waiting = next(each for each in answers if each.status_code == 503)
        assert (waiting.json()["code"], waiting.headers["retry-after"]) == ("busy", "1")
        assert (await gate.call("POST", "/v1/release", body)).status_code == 200
        assert (await gate.call("GET", "/healthz")).status_code == 200


async def test_a_gateway_that_may_not_write_policy_offers_none_of_it(prepared: Prepared, tmp_path: Path) -> None:
    async with open_gate(prepared, tmp_path, publishing=False) as gate:
        document = (await gate.client.get("/openapi.json")).json()
        for path in ("/v1/policy", "/v1/declarations", "/v1/tokens"):
            assert path not in document["paths"]
            assert (await gate.call("POST", path, {}, token="administrator")).status_code == 404
        body = {"incident": "I", "target": "item", "name": "phone"}
        answer = await gate.call("POST", "/v1/freeze", body, token="officer")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


async def test_identifiers_and_values_stand_in_no_path(gate: Gate) -> None:
    paths = [route.path for route in gate.app.routes if isinstance(route, Route)]
    assert [path for path in paths if "{" in path] == ["/v1/tokens/{id}"]


async def test_the_address_of_the_connection_is_recorded(gate: Gate) -> None:
    await gate.call("POST", "/v1/release", gate.about(**USUAL, place={"site": "HQ", "terminal": "T-1"}))
    rows = await gate.opened.stores.databases["log"].fetch("SELECT * FROM log.staging")
    written = [value for row in rows for value in row if isinstance(value, bytes) and b'"192.0.2.7"' in value]
    assert len(written) == 1
    assert b'"site":"HQ"' in written[0]
    assert b'"term":"T-1"' in written[0]
