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
    named = {path.partition("{")[0] + path[path.index("{") :].partition("/")[0] for path in paths if "{" in path}
    assert named == {
        "/v1/tokens/{id}",
        "/v1/declarations/{id}",
        "/v1/bulk/requests/{id}",
        "/log/tile/{place:path}",
        "/log/{shard}",
    }


async def test_what_no_route_has_is_answered_by_path_and_method(gate: Gate) -> None:
    for method, path, status in (
        ("GET", "/v1/release", 405), ("HEAD", "/v1/release", 405), ("PATCH", "/v1/policy", 405),
        ("POST", "/healthz", 405), ("POST", "/v1/release/", 404), ("POST", "/V1/release", 404),
        ("POST", "//v1/release", 404), ("GET", "/v1/tokens/x", 405),
    ):  # fmt: skip
        answer = await gate.call(method, path)
        assert (answer.status_code, method, path) == (status, method, path)
        assert ("allow" in answer.headers) is (status == 405)
    assert (await gate.call("PATCH", "/v1/policy")).headers["allow"].count(",") == 2


async def test_a_path_with_a_part_of_its_own_is_found_beside_the_fixed_ones(gate: Gate) -> None:
    answer = await gate.call("DELETE", "/v1/tokens/none", token="administrator")
    assert answer.json()["code"] == "not-found"
    assert gate.logged()[-1]["verb"] == "revoke-token"


async def test_the_address_of_the_connection_is_recorded(gate: Gate) -> None:
    await gate.call("POST", "/v1/release", gate.about(**USUAL, place={"site": "HQ", "terminal": "T-1"}))
    rows = await gate.opened.stores.databases["log"].fetch("SELECT * FROM log.staging")
    written = [value for row in rows for value in row if isinstance(value, bytes) and b'"192.0.2.7"' in value]
    assert len(written) == 1
    assert b'"site":"HQ"' in written[0]
    assert b'"term":"T-1"' in written[0]
