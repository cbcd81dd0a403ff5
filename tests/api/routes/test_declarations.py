"""PUT /v1/declarations."""

from __future__ import annotations

import json

import yaml

from shouze.cli import story
from tests.api.gate import Gate
from tests.api.routes.guarded import Guarded


class TestDeclare(Guarded):
    method = "PUT"
    path = "/v1/declarations"
    entitled = "administrator"
    media = "application/yaml"

    def body(self, gate: Gate) -> bytes:
        return story.read("declaration.yaml").replace("星桥云盘".encode(), "星桥网盘".encode())

    async def test_a_changed_service_gets_its_next_version(self, gate: Gate) -> None:
        told = (await self.send(gate, token="administrator")).json()
        assert (told["versions"], told["published"]) == ({"mobile": 1, "cloud-drive": 2}, ["cloud-drive"])

    async def test_it_reads_json_too(self, gate: Gate) -> None:
        body = json.dumps(yaml.load(self.body(gate), yaml.BaseLoader)).encode().replace(b'"false"', b"false")
        body = body.replace(b'"true"', b"true")
        answer = await gate.call("PUT", self.path, body, token="administrator")
        assert answer.status_code == 200, answer.text

    async def test_a_mistake_is_named_with_its_line(self, gate: Gate) -> None:
        body = self.body(gate).replace(b"item: email", b"item: e-mail")
        answer = await gate.call("PUT", self.path, body, token="administrator", headers={"content-type": self.media})
        line = body[: body.index(b"e-mail")].count(b"\n") + 1
        assert (answer.status_code, answer.json()["line"]) == (422, line)

    async def test_it_refuses_lone_surrogates(self, gate: Gate) -> None:
        body = self.body(gate).replace("营业厅".encode(), rb"\ud800", 1).replace(b"{zh: \\ud800", b'{zh: "\\ud800"', 1)
        answer = await gate.call("PUT", self.path, body, token="administrator", headers={"content-type": self.media})
        assert answer.status_code in {400, 422}

    async def test_it_refuses_another_media_type(self, gate: Gate) -> None:
        assert (await self.send(gate, token="administrator", content_type="text/yaml")).status_code == 415


class TestShow(Guarded):
    method = "GET"
    path = "/v1/declarations"
    entitled = "administrator"

    def body(self, gate: Gate) -> None:
        return None

    async def test_it_shows_the_rules_and_who_declared_them(self, gate: Gate) -> None:
        told = (await self.send(gate, token="administrator")).json()
        assert told["operator"]["licence"] == "B1-20260001"
        shown = {each["service"]: (each["version"], len(each["digest"])) for each in told["declarations"]}
        assert shown == {"mobile": (1, 64), "cloud-drive": (1, 64)}


class TestVersions(Guarded):
    method = "GET"
    path = "/v1/declarations/cloud-drive"
    entitled = "administrator"

    def body(self, gate: Gate) -> None:
        return None

    async def test_it_shows_every_version_oldest_first(self, gate: Gate) -> None:
        changed = TestDeclare().body(gate)
        await gate.call(
            "PUT", "/v1/declarations", changed, token="administrator", headers={"content-type": "application/yaml"}
        )
        told = (await self.send(gate, token="administrator")).json()
        assert [each["version"] for each in told["declarations"]] == [1, 2]
        assert told["declarations"][1]["declaration"]["name"]["zh"] == "星桥网盘"

    async def test_a_service_without_rules_is_not_found(self, gate: Gate) -> None:
        assert (await gate.call("GET", "/v1/declarations/none", token="administrator")).status_code == 404
