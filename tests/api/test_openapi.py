"""The documentation: valid OpenAPI 3.1, and enough for a generated client to work."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from shouze.api.app import OPERATIONS
from shouze.api.examples import EXAMPLES
from tests.api.gate import TOKENS, USUAL, Gate
from tests.installation import PERSON


async def document(gate: Gate) -> dict[str, Any]:
    return dict((await gate.client.get("/openapi.json")).json())


async def test_it_is_valid_openapi(gate: Gate) -> None:
    OpenAPIV31SpecValidator(await document(gate)).validate()


async def test_both_places_show_the_same(gate: Gate) -> None:
    assert (await gate.client.get("/v1/openapi.json")).json() == await document(gate)


async def test_every_route_is_documented(gate: Gate) -> None:
    paths = (await document(gate))["paths"]
    for operation in OPERATIONS:
        written = paths[operation.path][operation.method.lower()]
        assert {"400", "401", "403", "422", "503", str(operation.status)} <= set(written["responses"])
        assert written["summary"]
        named = [each["$ref"].rpartition("/")[2] for each in written["parameters"] if "$ref" in each]
        assert ("Idempotency-Key" in named) == operation.repeatable
        assert ("requestBody" in written) == (operation.body is not None)


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.id in EXAMPLES], ids=lambda each: each.id)
def test_every_example_is_of_its_type(operation: Any) -> None:
    msgspec.json.decode(json.dumps(EXAMPLES[operation.id]), type=operation.body)


def test_every_operation_with_a_body_of_json_has_an_example() -> None:
    assert {each.id for each in OPERATIONS if each.body} - set(EXAMPLES) == {"declare"}


async def test_a_generated_client_works(gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "openapi.json"
    source.write_bytes((await gate.client.get("/openapi.json")).content)
    generate(source, tmp_path / "generated")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    generated = importlib.import_module("generated")
    client = generated.AuthenticatedClient("http://gate.test", TOKENS["crm"][0])
    client.set_async_httpx_client(_over(gate, client))
    await _release(gate, client)
    await _refused(gate, client)


def generate(source: Path, target: Path) -> None:
    """Generate a client; that programs send YAML or lines is beyond the generator, so it is told to send JSON."""
    programs = Path(sys.executable).parent
    config = source.with_name("config.json")
    overrides = dict.fromkeys(("application/yaml", "application/x-ndjson"), "application/json")
    config.write_text(json.dumps({"content_type_overrides": overrides, "post_hooks": []}))
    command = [
        str(programs / "openapi-python-client"), "generate", "--path", str(source), "--output-path", str(target),
        "--meta", "none", "--fail-on-warning", "--config", str(config),
    ]  # fmt: skip
    made = subprocess.run(command, capture_output=True, text=True, check=False, cwd=source.parent)
    assert made.returncode == 0, made.stdout + made.stderr


async def _release(gate: Gate, client: Any) -> None:
    release = importlib.import_module("generated.api.default.release")
    body = importlib.import_module("generated.models").ReleaseBody.from_dict(gate.about(**USUAL))
    answered = await release.asyncio_detailed(client=client, body=body)
    assert answered.status_code == 200
    assert answered.parsed.to_dict()["items"]["name"] == PERSON["name"]


async def _refused(gate: Gate, client: Any) -> None:
    withdraw = importlib.import_module("generated.api.default.withdraw")
    body = importlib.import_module("generated.models").WithdrawBody.from_dict(gate.about(purposes=["real-name-record"]))
    answered = await withdraw.asyncio_detailed(client=client, body=body)
    assert (answered.status_code, answered.parsed.code) == (422, "invalid")


def _over(gate: Gate, client: Any) -> httpx.AsyncClient:
    headers = {"authorization": f"Bearer {client.token}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(gate.app), base_url="http://gate.test", headers=headers)
