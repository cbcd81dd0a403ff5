"""POST and GET /v1/policy."""

from __future__ import annotations

from tests.api.gate import TOKENS, USUAL, Gate
from tests.api.routes.guarded import Guarded

ORDER = """\
format: shouze-policy/1
orders:
  - id: 云通〔2026〕1号
    authority: {zh: 云泽省通信管理局, en: Yunze Communications Administration}
    reason: {zh: 整改, en: Rectification}
    since: 2026-01-01T00:00:00+08:00
    services: [mobile]
"""


class TestApply(Guarded):
    path = "/v1/policy"
    entitled = "administrator"
    media = "application/yaml"

    def body(self, gate: Gate) -> bytes:
        return ORDER.encode()

    async def test_it_holds_at_once(self, gate: Gate) -> None:
        assert (await gate.call("POST", "/v1/release", gate.about(**USUAL))).status_code == 200
        await self.send(gate, token="administrator")
        answer = await gate.call("POST", "/v1/release", gate.about(**USUAL))
        assert (answer.status_code, answer.json()["code"]) == (403, "suspended-by-order")
        assert answer.json()["field"] == "云通〔2026〕1号"

    async def test_it_names_what_was_to_be_removed_and_is_not_there(self, gate: Gate) -> None:
        body = b"format: shouze-policy/1\nremove: [posts/marketing, posts/marketting]\n"
        told = (
            await gate.call("POST", self.path, body, token="administrator", headers={"content-type": self.media})
        ).json()
        assert told["absent"] == ["posts/marketting"]
        assert "post:marketing" not in gate.opened.door.room.policy.grants

    async def test_it_refuses_anchors(self, gate: Gate) -> None:
        before = await gate.custody()
        body = b"format: &a shouze-policy/1\nremove: [*a]\n"
        answer = await gate.call("POST", self.path, body, token="administrator", headers={"content-type": self.media})
        assert answer.status_code == 422
        assert await gate.custody() == before


class TestShow(Guarded):
    method = "GET"
    path = "/v1/policy"
    entitled = "administrator"

    def body(self, gate: Gate) -> None:
        return None

    async def test_it_shows_the_policy_without_the_hashes_of_tokens(self, gate: Gate) -> None:
        answer = await self.send(gate, token="administrator")
        assert answer.json()["callers"]["clerk-1"]["post"] == "customer-service"
        assert answer.json()["policy"]["callers"] == {}
        assert "secret" not in answer.text
        assert all(hashed not in answer.text for _, hashed in TOKENS.values())

    async def test_a_revoked_administrator_sees_nothing_more(self, gate: Gate) -> None:
        revoked = await gate.call("DELETE", "/v1/tokens/administrator-1", token="administrator")
        assert revoked.status_code == 200
        assert (await self.send(gate, token="administrator")).status_code == 401
