"""What holds for every route that wants a token: who is refused, and that all refusals of the caller read alike."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import httpx
import pytest

from tests.api.gate import TOKENS, Gate, signing_key


class Guarded:
    """A route behind a token; subclasses say which, and what to send."""

    method: ClassVar[str] = "POST"
    path: ClassVar[str]
    entitled: ClassVar[str] = "crm"
    status: ClassVar[int] = 200
    media: ClassVar[str] = "application/json"

    def body(self, gate: Gate) -> Any:
        raise NotImplementedError

    def content(self, gate: Gate) -> bytes:
        body = self.body(gate)
        return body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()

    async def send(self, gate: Gate, *, token: str | None = None, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"content-type": self.media, **named}
        return await gate.call(self.method, self.path, self.content(gate), token=token, headers=sent)

    async def refused(self, gate: Gate, **sent: Any) -> None:
        before = await gate.custody()
        answer = await self.send(gate, **sent)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert _told(answer) == _told(await self.send(gate)), "every reason reads alike"
        assert answer.json()["code"] == "unauthenticated"
        assert await gate.custody() == before

    async def test_an_entitled_caller_is_served(self, gate: Gate) -> None:
        answer = await self.send(gate, token=self.entitled)
        assert answer.status_code == self.status, answer.text
        assert answer.headers["cache-control"] == "no-store"

    async def test_it_refuses_without_a_token(self, gate: Gate) -> None:
        await self.refused(gate)

    async def test_it_refuses_a_token_of_another_scheme(self, gate: Gate) -> None:
        await self.refused(gate, authorization=f"Basic {TOKENS['crm'][0]}")

    async def test_it_refuses_a_wrong_secret(self, gate: Gate) -> None:
        await self.refused(gate, token=TOKENS["crm"][0][:-43] + "A" * 43)

    async def test_it_refuses_an_unknown_token(self, gate: Gate) -> None:
        await self.refused(gate, token=TOKENS["crm"][0].replace("crm-1", "crm-2"))

    async def test_it_refuses_what_is_no_token(self, gate: Gate) -> None:
        await self.refused(gate, token="crm-1")

    async def test_it_refuses_an_expired_token(self, gate: Gate) -> None:
        await self.refused(gate, token="expired")

    async def test_it_refuses_a_revoked_token(self, gate: Gate) -> None:
        await self.refused(gate, token="revoked")

    async def test_it_refuses_a_face_without_an_assertion(self, gate: Gate) -> None:
        await self.refused(gate, token=TOKENS["desk"][0])

    async def test_it_refuses_an_assertion_from_who_is_no_face(self, gate: Gate) -> None:
        await self.refused(gate, token="crm", shouze_assertion=gate.assertion(self.content(gate)))

    async def test_it_refuses_another_faces_assertion(self, gate: Gate) -> None:
        others = gate.assertion(self.content(gate), iss="portal-1", kind="subject", sub=gate.subject, post=None)
        await self.refused(gate, token=TOKENS["desk"][0], shouze_assertion=others)

    async def test_it_refuses_a_replayed_assertion(self, gate: Gate) -> None:
        once = gate.assertion(self.content(gate))
        first = await self.send(gate, token=TOKENS["desk"][0], shouze_assertion=once)
        assert first.status_code != 401
        await self.refused(gate, token=TOKENS["desk"][0], shouze_assertion=once)

    async def test_it_refuses_an_assertion_about_another_body(self, gate: Gate) -> None:
        await self.refused(gate, token=TOKENS["desk"][0], shouze_assertion=gate.assertion(b"{}\n"))

    async def test_it_refuses_an_expired_assertion(self, gate: Gate) -> None:
        past = int(gate.clock.now().timestamp()) - 600
        late = gate.assertion(self.content(gate), iat=past, exp=past + 60)
        await self.refused(gate, token=TOKENS["desk"][0], shouze_assertion=late)

    async def test_it_refuses_an_assertion_signed_with_another_key(self, gate: Gate) -> None:
        forged = gate.assertion(self.content(gate), key=signing_key("somebody"))
        await self.refused(gate, token=TOKENS["desk"][0], shouze_assertion=forged)

    @pytest.mark.parametrize("alg", ["none", "HS256"])
    async def test_it_refuses_an_assertion_of_another_algorithm(self, gate: Gate, alg: str) -> None:
        forged = gate.assertion(self.content(gate), alg=alg)
        await self.refused(gate, token=TOKENS["desk"][0], shouze_assertion=forged)

    async def test_it_refuses_an_assertion_without_a_signature(self, gate: Gate) -> None:
        unsigned = gate.assertion(self.content(gate), alg="none").rpartition(".")[0] + "."
        await self.refused(gate, token=TOKENS["desk"][0], shouze_assertion=unsigned)

    async def test_it_refuses_who_has_no_grant(self, gate: Gate) -> None:
        before = await gate.custody()
        answer = await self.send(gate, token="nobody")
        assert (answer.status_code, answer.json()["code"]) == (403, "not-entitled")
        assert await gate.custody() == before

    async def test_it_reads_nothing_beyond_the_largest_body(self, gate: Gate) -> None:
        before = await gate.custody()
        large = b" " * (gate.opened.settings.largest_body + 1)
        answer = await gate.call(
            self.method, self.path, large, token=self.entitled, headers={"content-type": self.media}
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
        assert await gate.custody() == before

    async def test_its_documentation_lists_what_it_answered(self, gate: Gate) -> None:
        answer = await self.send(gate, token=self.entitled)
        document = (await gate.client.get("/v1/openapi.json")).json()
        path = self.path if self.path in document["paths"] else self.path.rpartition("/")[0] + "/{id}"
        assert str(answer.status_code) in document["paths"][path][self.method.lower()]["responses"]


class GuardedBody(Guarded):
    """A route that also reads a body of JSON."""

    async def test_it_refuses_another_media_type(self, gate: Gate) -> None:
        answer = await self.send(gate, token=self.entitled, content_type="text/plain")
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")

    async def test_it_refuses_another_encoding(self, gate: Gate) -> None:
        answer = await self.send(gate, token=self.entitled, content_type=f"{self.media}; charset=gbk")
        assert answer.status_code == 415

    @pytest.mark.parametrize("broken", [b"{", b"\xff\xfe{}"], ids=["cut", "utf-16"])
    async def test_it_refuses_what_is_no_json(self, gate: Gate, broken: bytes) -> None:
        before = await gate.custody()
        answer = await gate.call(self.method, self.path, broken, token=self.entitled)
        assert answer.status_code in {400, 422}
        assert await gate.custody() == before

    async def test_it_refuses_an_unknown_field(self, gate: Gate) -> None:
        body = {**self.body(gate), "unknown_field": 1}
        answer = await gate.call(self.method, self.path, body, token=self.entitled)
        assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "invalid", "unknown_field")

    async def test_it_refuses_a_field_that_stands_twice(self, gate: Gate) -> None:
        body = self.body(gate)
        name, value = next(iter(body.items()))
        twice = f"{{{json.dumps(name)}: {json.dumps(value)}, {json.dumps(body)[1:]}".encode()
        answer = await gate.call(self.method, self.path, twice, token=self.entitled)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def _told(answer: httpx.Response) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name != "instance"}
