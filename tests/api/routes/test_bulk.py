"""Everything under /v1/bulk/requests."""

from __future__ import annotations

import asyncio
import io
import tarfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pyrage
import pytest

from shouze.gateway.bulk.office import Bulk
from shouze.wiring.bulk import bulk_of
from tests.api.gate import UNTIL, Gate, Prepared, make_app, open_gate
from tests.api.routes.guarded import Guarded, GuardedBody
from tests.installation import PERSON, apply

IDENTITY = pyrage.x25519.Identity.generate()
PATH = "/v1/bulk/requests"
BODY: dict[str, Any] = {
    "service": "mobile", "purpose": "offers", "action": "export", "items": ["phone"], "volume": 5, "reason": "季度核对",
    "recipient": "某部门", "recipient_key": str(IDENTITY.to_public()),
}  # fmt: skip
POLICY = f"""
accounts:
  - id: crm
    name: {{zh: 客户关系系统, en: CRM}}
    grants:
      - {{services: [mobile], actions: [export, destroy, read]}}
posts:
  - id: security-officer
    name: {{zh: 安全负责人, en: Security officer}}
    grants:
      - {{services: [mobile], actions: [approve, freeze]}}
approvals:
  - id: other
    requested_by: somebody
    approved_by: another
    reason: reason
    action: export
    service: mobile
    purpose: offers
    items: [phone]
    volume: 1
    since: 2026-01-01T00:00:00+08:00
    until: {UNTIL}
"""


@pytest.fixture
async def gate(prepared: Prepared, tmp_path: Path) -> AsyncIterator[Gate]:
    async with open_gate(prepared, tmp_path) as gate:
        await apply(gate.opened, POLICY)
        await gate.opened.door.refresh()
        yield gate


async def made(gate: Gate, **more: Any) -> str:
    answer = await gate.call("POST", PATH, {**BODY, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def approved(gate: Gate) -> str:
    number = await made(gate)
    assert (await gate.call("POST", f"{PATH}/{number}/approve", {}, token="officer")).status_code == 200
    return number


async def ended(gate: Gate, number: str) -> dict[str, Any]:
    for _ in range(6000):
        told: dict[str, Any] = (await gate.call("GET", f"{PATH}/{number}")).json()
        if told["state"] not in {"approved", "running"}:
            return told
        await asyncio.sleep(0.01)
    raise AssertionError


class TestRequest(GuardedBody):
    path = PATH
    status = 201

    def body(self, gate: Gate) -> dict[str, Any]:
        return BODY

    async def test_it_names_the_field_and_the_remedy(self, gate: Gate) -> None:
        for wrong, field in (
            ({"recipient_key": "age1x"}, "recipient_key"),
            ({"recipient_key": None}, "recipient_key"),
            ({"recipient": None}, "recipient"),
            ({"scope": {"reach": "listed"}}, "listed"),
            ({"volume": 0}, "volume"),
        ):
            answer = await gate.call("POST", PATH, {**BODY, **wrong})
            assert (answer.status_code, answer.json()["field"]) == (422, field)
            assert answer.json()["remedy"]

    async def test_it_refuses_what_could_not_be_done_anyway(self, gate: Gate) -> None:
        answer = await gate.call("POST", PATH, {**BODY, "items": ["phone", "name"]})
        assert (answer.status_code, answer.json()["code"]) == (403, "beyond-necessary")


class TestList(Guarded):
    method = "GET"
    path = PATH

    def body(self, gate: Gate) -> None:
        return None

    async def test_it_lists_to_whom_it_concerns(self, gate: Gate) -> None:
        number = await made(gate)
        for token in ("crm", "officer"):
            told = (await gate.call("GET", PATH, token=token)).json()["requests"]
            assert [each["id"] for each in told] == [number]
            assert "reason" not in told[0] or told[0]["reason"] is None


class OfOne(Guarded):
    """A route of one request, which stands before the test begins."""

    verb = ""
    state = "requested"

    @pytest.fixture(autouse=True)
    async def standing(self, gate: Gate) -> None:
        self.number = await (approved(gate) if self.state == "approved" else made(gate))
        type(self).path = f"{PATH}/{self.number}{self.verb}"

    def body(self, gate: Gate) -> Any:
        return {}

    async def test_its_documentation_lists_what_it_answered(self, gate: Gate) -> None:
        answer = await self.send(gate, token=self.entitled)
        document = (await gate.client.get("/v1/openapi.json")).json()
        told = document["paths"][f"{PATH}/{{id}}{self.verb}"][self.method.lower()]["responses"]
        assert str(answer.status_code) in told

    async def test_there_is_no_other_request(self, gate: Gate) -> None:
        answer = await gate.call(self.method, f"{PATH}/none{self.verb}", self.body(gate), token=self.entitled)
        assert (answer.status_code, answer.json()["field"]) == (404, "id")


class TestShow(OfOne):
    method = "GET"

    def body(self, gate: Gate) -> None:
        return None

    async def test_it_shows_what_was_written_to_whoever_decides(self, gate: Gate) -> None:
        told = (await self.send(gate, token="officer")).json()
        assert (told["reason"], told["recipient"]) == ("季度核对", "某部门")


class TestApprove(OfOne):
    verb = "/approve"
    entitled = "officer"

    async def test_the_requester_cannot(self, gate: Gate) -> None:
        answer = await self.send(gate, token="crm")
        assert (answer.status_code, answer.json()["code"]) == (403, "needs-approval")


class TestRefuse(OfOne):
    verb = "/refuse"
    entitled = "officer"


class TestRun(OfOne):
    verb = "/run"
    state = "approved"

    async def test_the_result_opens_with_the_recipients_key(self, gate: Gate) -> None:
        assert (await self.send(gate, token="crm")).json()["state"] == "running"
        told = await ended(gate, self.number)
        assert (told["state"], told["rows"], told["refused"]) == ("done", 1, {"no-consent": 1})
        answer = await gate.call("GET", f"{PATH}/{self.number}/file")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")
        with tarfile.open(fileobj=io.BytesIO(answer.content)) as tar:
            parts = [file.read() for each in tar.getmembers() if (file := tar.extractfile(each))]
        rows = b"".join(pyrage.decrypt(part, [IDENTITY]) for part in parts).decode()
        assert PERSON["phone"] in rows
        assert PERSON["phone"].encode() not in answer.content
        other = await gate.call("GET", f"{PATH}/{self.number}/file", token="officer")
        assert (other.status_code, other.json()["code"]) == (403, "not-entitled")


class TestStop(OfOne):
    verb = "/stop"
    state = "approved"


class TestFile(OfOne):
    method = "GET"
    verb = "/file"
    state = "approved"
    status = 409

    def body(self, gate: Gate) -> None:
        return None


class TestCertificate(OfOne):
    method = "GET"
    verb = "/certificate"
    status = 409

    def body(self, gate: Gate) -> None:
        return None


class TestCertificatePage(TestCertificate):
    verb = "/certificate/page"


async def test_a_gateway_that_publishes_nothing_decides_and_leaves_the_approval_to_be_published(
    prepared: Prepared, tmp_path: Path
) -> None:
    async with open_gate(prepared, tmp_path) as gate:
        await apply(gate.opened, POLICY)
        bulk = Bulk(replace(bulk_of(gate.opened).means, publish=None))
        transport = httpx.ASGITransport(make_app(gate.opened, gate.lines, publishing=False, office=bulk))
        gate.client = httpx.AsyncClient(transport=transport, base_url="http://gate.test")
        number = await made(gate)
        answer = await gate.call("POST", f"{PATH}/{number}/approve", {}, token="officer")
        assert (answer.status_code, answer.json()["state"]) == (200, "approved")
        assert number not in gate.opened.door.room.policy.approvals
        run = await gate.call("POST", f"{PATH}/{number}/run", {})
        assert run.status_code in {403, 409}, "nothing runs before the policy knows of it"
        await gate.client.aclose()
