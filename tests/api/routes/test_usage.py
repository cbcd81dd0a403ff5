"""Appending and reading records of use over HTTP."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from shouze.api.lines import Lines
from shouze.api.problems import MalformedError, TooLargeError
from shouze.api.usage import NDJSON, read_batch
from shouze.errors import InvalidError
from shouze.gateway.usage.asking import MOST
from shouze.wiring import Installation
from tests.api.gate import TOKENS, UNTIL, Gate, make_app
from tests.api.routes.guarded import Guarded
from tests.gateway.usage.scene import PHONES, QUALITY, feeding, subscriber
from tests.installation import MovingClock, apply

CANARY = "canary-6b1d"
MINUTE = timedelta(minutes=1)


class TestAppend(Guarded):
    path = "/v1/usage"

    def body(self, gate: Gate) -> Any:
        at = (gate.clock.now() - timedelta(hours=1)).isoformat()
        record = {"subject": gate.subject, "at": at, "items": {"address": "云泽省"}}
        return {"service": "mobile", "purpose": "open-account", "records": [record]}


class TestRead(Guarded):
    path = "/v1/usage/read"

    def body(self, gate: Gate) -> Any:
        now = gate.clock.now()
        span = {"since": (now - timedelta(days=1)).isoformat(), "until": now.isoformat()}
        return gate.about(purposes=["customer-service"], items=["name"], **span)


def lines(head: Mapping[str, Any], *records: Any) -> bytes:
    return b"\n".join(json.dumps(each).encode() for each in (head, *records)) + b"\n"


HEAD = {"service": "mobile", "purpose": "network-quality"}


@dataclass
class Feeding:
    """An operator that keeps records of use, a client in front of it, and two users."""

    opened: Installation
    client: httpx.AsyncClient
    now: datetime
    one: str

    async def send(self, path: str, body: Any, token: str = "crm", **headers: str) -> httpx.Response:
        sent = {"authorization": f"Bearer {TOKENS[token][0]}", "content-type": "application/json", **headers}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.client.post(path, content=content, headers=sent)

    async def append(self, key: str) -> dict[str, Any]:
        """Append three records: of a user by id, of one by number, of nobody known."""
        records = [
            {"subject": self.one, "at": (self.now - MINUTE).isoformat(), "items": {"traffic": "1"}},
            {"identifier": {"phone": PHONES[1]}, "at": self.now.isoformat(), "items": {"session": "s"}},
            {"identifier": {"phone": PHONES[2]}, "at": self.now.isoformat(), "items": {"session": "s"}},
        ]
        named = {"content-type": NDJSON, "idempotency-key": key}
        answer = await self.send("/v1/usage", lines(HEAD, *records), **named)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def asked(self, **more: Any) -> dict[str, Any]:
        return {"service": "mobile", "subject": {"id": self.one}, **more}

    def span(self) -> dict[str, Any]:
        since, until = (self.now + n * 60 * MINUTE for n in (-1, 1))
        purposes, times = ["network-quality"], {"since": since.isoformat(), "until": until.isoformat()}
        return self.asked(purposes=purposes, items=list(QUALITY), **times)


@pytest.fixture
async def feed(tmp_path: Path) -> AsyncIterator[Feeding]:
    """The token ``crm`` is the feed's here, the token ``clerk`` a reader's."""
    clock = MovingClock()
    async with feeding(tmp_path / "home", None, clock) as opened:
        kinds = ({"kind": "service", "actor": "feed"}, {"kind": "staff", "actor": "S-1", "post": "network"})
        callers = [
            {"id": f"{name}-1", "secret_sha256": TOKENS[name][1], "until": UNTIL, **kind}
            for name, kind in zip(("crm", "clerk"), kinds, strict=True)
        ]
        await apply(opened, f"callers: {json.dumps(callers)}\n")
        one, _ = await subscriber(opened), await subscriber(opened, PHONES[1])
        transport = httpx.ASGITransport(make_app(opened, Lines("info", io.BytesIO())), client=("192.0.2.9", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://gate.test") as client:
            yield Feeding(opened, client, clock.now(), one)


async def test_a_feed_appends_and_a_reader_reads(feed: Feeding) -> None:
    told = await feed.append("batch-1")
    assert (told["appended"], told["unknown"], told["replayed"]) == (2, 1, False)
    read = await feed.send("/v1/usage/read", feed.span(), "clerk")
    assert [row["items"] for row in read.json()["records"]] == [{"traffic": "1"}]
    assert read.json()["not_held"] == ["place-of-use", "session"]


async def test_a_repeated_batch_is_appended_once_even_where_its_answer_was_lost(feed: Feeding) -> None:
    first = await feed.append("batch-1")
    assert await feed.append("batch-1") == first
    async with feed.opened.stores.databases["custody"].transaction() as custody:
        await custody.execute("DELETE FROM custody.reply")  # as if the gateway had died before it kept its answer
    assert await feed.append("batch-1") == {**first, "replayed": True}
    read = await feed.send("/v1/usage/read", feed.span(), "clerk")
    assert len(read.json()["records"]) == 1


@pytest.mark.duty("A13-3-permissions")
async def test_a_feeds_token_does_nothing_else(feed: Feeding) -> None:
    purposes = {"purposes": ["open-account"]}
    tried = {
        "/v1/usage/read": feed.span(),
        "/v1/release": feed.asked(**purposes, items=["name"]),
        "/v1/check": feed.asked(**purposes, items=["name"]),
        "/v1/collect": feed.asked(**purposes, values={"name": "某某"}),
        "/v1/correct": feed.asked(**purposes, values={"name": "某某"}),
        "/v1/withdraw": feed.asked(**purposes),
        "/v1/terminate": feed.asked(),
        "/v1/give-back": feed.asked(items=["phone"]),
        "/v1/usage": {**HEAD, "purpose": "open-account", "records": [
            {"subject": feed.one, "at": feed.now.isoformat(), "items": {"name": "某某"}}
        ]},
    }  # fmt: skip
    for path, body in tried.items():
        answer = await feed.send(path, body)
        refused = answer.status_code == 403 or (path == "/v1/check" and answer.json()["permitted"] is False)
        assert refused, (path, answer.text)


async def test_a_broken_line_is_named_and_nothing_is_kept(gate: Gate) -> None:
    at = gate.clock.now().isoformat()
    fine = {"subject": gate.subject, "at": at, "items": {"address": "a"}}
    head = {"service": "mobile", "purpose": "open-account"}
    broken: tuple[Any, ...] = (
        {**fine, "at": CANARY}, {**fine, "items": {}}, {**fine, "items": {"address": 5}},
        {**fine, "subject": CANARY}, {**fine, "items": {"address": "\ud800"}}, [CANARY],
    )  # fmt: skip
    before = await gate.custody()
    for each in broken:
        answer = await gate.call("POST", "/v1/usage", lines(head, fine, each), headers={"content-type": NDJSON})
        assert answer.status_code in {400, 422}, answer.text
        assert answer.json()["line"] == 3 or answer.json()["field"] == "records[1].items.address"
        assert CANARY not in answer.text
    assert await gate.custody() == before


async def test_a_batch_over_the_limit_is_told_to_be_sent_in_parts() -> None:
    one = {"subject": "a" * 26, "at": "2026-01-01T00:00:00Z", "items": {"traffic": "1"}}
    content = lines(HEAD, *[one] * MOST)
    assert len((await read_batch(content, NDJSON)).records) == MOST
    with pytest.raises(TooLargeError):
        await read_batch(content + json.dumps(one).encode(), NDJSON)
    with pytest.raises(TooLargeError):
        await read_batch(json.dumps({**HEAD, "records": [one] * (MOST + 1)}).encode(), "application/json")


async def test_the_first_line_has_to_say_what_the_batch_is() -> None:
    for content, problem in ((b"", MalformedError), (b"{}\n", InvalidError), (b"\xff\n", MalformedError)):
        with pytest.raises(problem) as caught:
            await read_batch(content, NDJSON)
        assert caught.value.line == 1


async def test_a_batch_of_no_records_is_none(gate: Gate) -> None:
    answer = await gate.call("POST", "/v1/usage", lines(HEAD), headers={"content-type": NDJSON})
    assert (answer.status_code, answer.json()["field"]) == (422, "records")
