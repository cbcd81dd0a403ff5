"""Calls: bodies are bounded, headers stand once, request ids are UUIDs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shouze.api import calls
from shouze.api.calls import Call, fresh_request_id
from shouze.api.problems import MalformedError, TooLargeError, TooSlowError
from tests.api.gate import TOKENS, USUAL, Gate


def call(*messages: dict[str, Any], headers: list[tuple[bytes, bytes]] | None = None) -> Call:
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        for message in waiting:
            return message
        await asyncio.sleep(60)
        raise AssertionError

    return Call({"type": "http", "headers": headers or []}, receive, "", "en", dict(headers or []))


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_is_read_in_its_parts() -> None:
    assert await call(part(b"a", more=True), part(b""), headers=[(b"content-length", b"1")]).body(1) == b"a"


async def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    for length in (b"2", b"9" * 30):
        with pytest.raises(TooLargeError):
            await call(headers=[(b"content-length", length)]).body(1)


async def test_a_body_that_grows_too_large_is_not_read_on() -> None:
    with pytest.raises(TooLargeError):
        await call(part(b"a", more=True), part(b"b", more=True)).body(1)


async def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "BODY_SECONDS", 0.01)
    with pytest.raises(TooSlowError):
        await call(part(b"a", more=True)).body(10)


async def test_a_body_that_comes_after_a_wait_is_read() -> None:
    waiting = [part(b"a", more=True), part(b"b", more=True), part(b"c")]

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.001)
        await asyncio.sleep(0)
        return waiting.pop(0)

    assert await Call({"type": "http", "headers": []}, receive, "", "en", {}).body(3) == b"abc"


async def test_who_waits_for_a_body_can_be_stopped() -> None:
    ended = asyncio.Event()

    async def receive() -> dict[str, Any]:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        raise AssertionError

    reading = asyncio.create_task(Call({"type": "http", "headers": []}, receive, "", "en", {}).body(3))
    await asyncio.sleep(0.001)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert ended.is_set()


async def test_an_error_of_what_is_received_is_passed_on() -> None:
    for wait in (False, True):

        async def receive(wait: bool = wait) -> dict[str, Any]:
            if wait:
                await asyncio.sleep(0.001)
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await Call({"type": "http", "headers": []}, receive, "", "en", {}).body(3)


async def test_a_body_that_is_cut_off_is_no_body() -> None:
    with pytest.raises(MalformedError):
        await call(part(b"a", more=True), {"type": "http.disconnect"}).body(10)


@pytest.mark.parametrize("length", [b"-1", b"1.0", b"a", b"0x1", b"\xb2"])
async def test_a_length_is_a_number(length: bytes) -> None:
    with pytest.raises(MalformedError):
        await call(headers=[(b"content-length", length)]).body(1)


async def test_a_streamed_body_beyond_the_bound_is_refused(gate: Gate) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10_000):
            yield b" " * 65536

    answer = await gate.client.post(
        "/v1/release", content=endless(), headers={"authorization": f"Bearer {TOKENS['crm'][0]}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize(
    "name", ["authorization", "shouze-assertion", "idempotency-key", "content-type", "content-length"]
)
async def test_a_header_that_stands_twice_is_refused(gate: Gate, name: str) -> None:
    request = gate.client.build_request("POST", "/v1/collect", json=gate.about(**USUAL))
    value = request.headers.get(name, "1")
    headers = [(key, value) for key, value in request.headers.multi_items() if key != name]
    headers += [("authorization", f"Bearer {TOKENS['crm'][0]}")] if name != "authorization" else []
    sent = httpx.Request("POST", request.url, headers=[*headers, (name, value), (name, value)], content=request.content)
    answer = await gate.client.send(sent)
    assert (answer.status_code, answer.json()["field"]) == (400, name)


async def test_a_request_id_that_is_a_uuid_comes_back(gate: Gate) -> None:
    given = str(uuid4())
    answer = await gate.call("GET", "/nowhere", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == given
    assert answer.json()["instance"] == f"urn:uuid:{given}"
    assert gate.logged()[-1]["request"] == given


def test_a_fresh_request_id_is_a_random_uuid() -> None:
    made = {fresh_request_id() for _ in range(10_000)}
    assert len(made) == 10_000
    assert all(str(UUID(each)) == each and UUID(each).version == 4 for each in made)


@pytest.mark.parametrize("given", ["1", "13812345678", "x" * 36, "{" + "0" * 36 + "}", "0" * 32])
async def test_any_other_request_id_is_replaced(gate: Gate, given: str) -> None:
    answer = await gate.call("GET", "/healthz", headers={"x-request-id": given})
    assert str(UUID(answer.headers["x-request-id"])) == answer.headers["x-request-id"]
    assert answer.headers["x-request-id"] != given


async def test_every_answer_forbids_keeping_it(gate: Gate) -> None:
    for path in ("/healthz", "/v1/errors", "/nowhere"):
        answer = await gate.call("GET", path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert int(answer.headers["content-length"]) == len(answer.content)


async def test_head_answers_without_a_body(gate: Gate) -> None:
    answer = await gate.call("HEAD", "/healthz")
    assert (answer.status_code, answer.content) == (200, b"")
