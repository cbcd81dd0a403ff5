"""The short way: what goes it is answered as by ASGI, and what is not as usual goes by ASGI."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from shouze.api.serving import BoundedProtocol
from shouze.errors import UnavailableError
from shouze.gateway import many
from shouze.gateway.asking import Visitor
from shouze.journal.staging import Batch
from shouze.settings import Settings
from tests.api.gate import USUAL, Gate, Prepared, open_gate
from tests.api.lines import PATIENCE, Answered, Line, Taken, lines, written
from tests.api.test_serving import served
from tests.installation import OTHER, PERSON


async def test_a_usual_release_goes_the_short_way_and_is_answered_as_by_asgi(gate: Gate) -> None:
    taken = Taken(gate)
    async with lines(gate) as [line]:
        for _ in range(2):
            await line.send(written(gate.about(**USUAL)))
            short = await line.answer()
            long = await gate.call("POST", "/v1/release", gate.about(**USUAL))
            told = long.json()
            assert short.status == long.status_code == 200
            assert _without(short.body, "receipt") == _without(told, "receipt")
            assert set(short.body["receipt"]) == set(told["receipt"])
            assert set(short.headers) - {"date"} == set(long.headers)
            assert "date" in short.headers
            assert short.headers["x-request-id"] != long.headers["x-request-id"]
    assert taken == [True, True]


async def test_the_door_is_told_from_where_it_was_asked(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, releases = list[str | None](), gate.opened.door.releases
    put = releases.put

    def noted(visitor: Visitor, *more: Any) -> None:
        seen.append(visitor.place.address)
        put(visitor, *more)

    monkeypatch.setattr(releases, "put", noted)
    async with lines(gate) as [line]:
        await line.send(written(gate.about(**USUAL)))
        assert (await line.answer()).status == 200
    assert seen == ["127.0.0.1"]


async def test_it_is_counted_and_logged_as_any_request(gate: Gate) -> None:
    async with lines(gate) as [line]:
        await line.send(written(gate.about(**USUAL), token="clerk"))
        short = await line.answer()
        await line.send(written(gate.about(**USUAL), token="nobody"))
        refused = await line.answer()
        metrics = (await gate.call("GET", "/metrics")).text
    assert (refused.status, refused.body["code"]) == (403, "not-entitled")
    told = [(each["request"], each["caller"], each["outcome"], each["code"]) for each in gate.logged()[:2]]
    assert told == [
        (short.headers["x-request-id"], "clerk-1", "done", None),
        (refused.headers["x-request-id"], "nobody-1", "refused", "not-entitled"),
    ]
    assert 'shouze_requests_total{code="",outcome="done",verb="release"} 1.0' in metrics
    assert "shouze_requests_under_way 1.0" in metrics  # the one that asks


USUAL_BODY = {"service": "mobile", "purposes": ["customer-service"], "items": ["name", "phone"]}
BODIES = st.builds(
    lambda subject, more: {**USUAL_BODY, "subject": subject, **more},
    st.sampled_from([
        {"id": "?"}, {"id": "a" * 26}, {"id": "short"}, {"identifiers": {"phone": PERSON["phone"]}},
        {"identifiers": {"phone": "none"}}, {"identifiers": {"name": "x"}}, {}, None,
    ]),
    st.sampled_from([
        {}, {}, {"items": ["name", "id-number"]}, {"items": []}, {"items": ["name", "name"]}, {"purposes": ["offers"]},
        {"action": "erase"}, {"action": "use"}, {"place": {"site": "hall", "terminal": "t-1"}}, {"extra": 1},
        {"service": "none"}, {"reason": "a \\ in it"}, {"reason": "\ud800"},
    ]),
)  # fmt: skip
RAW = st.sampled_from([b"", b"{", b"[]", b'{"service": "mobile", "service": "mobile"}', b"\xff"])
NAMED = "X-Request-Id: 8b0d1c52-6a2c-4c6c-9d3c-0d6c1f0a7b11"
HEADERS = st.lists(
    st.sampled_from([
        "Idempotency-Key: a-key", NAMED, "X-Request-Id: mine",
        "Content-Type: application/json; charset=utf-8", "Content-Type: text/plain", "Accept-Language: zh",
        "Shouze-Assertion: none", "Authorization: Basic x", "Content-Encoding: gzip",
    ]),
    max_size=2, unique=True,
)  # fmt: skip
CALLERS = st.sampled_from(["crm", "crm", "clerk", "agent", "nobody", "expired", "revoked", "finder", "none", None])


Drawn = list[tuple[dict[str, Any] | bytes, list[str], str | None, bool]]
ASKED = st.lists(st.tuples(st.one_of(BODIES, RAW), HEADERS, CALLERS, st.booleans()), min_size=12, max_size=12)


@examples(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=ASKED)
async def test_whatever_is_asked_is_answered_as_by_asgi(gate: Gate, drawn: Drawn) -> None:
    short, long = await _all_over(gate, drawn), list[Answered]()
    gate.app.short.take = lambda *_: False  # type: ignore[method-assign]  # now all goes by ASGI
    try:
        long += await _all_over(gate, drawn)
    finally:
        del gate.app.short.take
    for one, other, (_, more, _, _) in zip(short, long, drawn, strict=True):
        assert one.status == other.status
        assert _without(one.body, "receipt", "instance") == _without(other.body, "receipt", "instance")
        named = [each for each in more if each.startswith("X-Request-Id")]
        own = ["date", "content-length", *(() if named and named[0] == NAMED else ["x-request-id"])]
        assert _without(one.headers, *own) == _without(other.headers, *own)


async def _all_over(gate: Gate, drawn: Drawn) -> list[Answered]:
    """Ask each on a connection of its own, whole or cut in two."""
    answers = []
    async with lines(gate, len(drawn)) as opened:
        for line, (body, more, token, cut) in zip(opened, drawn, strict=True):
            meant = body
            if isinstance(body, dict) and body["subject"] == {"id": "?"}:
                meant = {**body, "subject": {"id": gate.subject}}
            whole = written(meant, *more, token=token)
            await line.send(*((whole[:-1], whole[-1:]) if cut else (whole,)))
            answers.append(await line.answer())
    return answers


def _without(found: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in names}


UNUSUAL = (
    "Idempotency-Key: a", "Shouze-Assertion: a", "Content-Encoding: gzip", "X-Twice: 1\r\nX-Twice: 2", "X: 1\r\nx: 2",
    "Content-Type: text/plain",
)  # fmt: skip


async def test_what_means_anything_else_is_declined(gate: Gate) -> None:
    taken = Taken(gate)
    requests = [written(gate.about(**USUAL), more) for more in UNUSUAL]
    requests += [
        written(gate.about(**USUAL), token=token) for token in ("desk", "expired", "revoked", "nonsense", None)
    ]
    async with lines(gate, len(requests)) as opened:
        for line, request in zip(opened, requests, strict=True):
            await line.send(request)
        statuses = [(await line.answer()).status for line in opened]
    assert statuses == [200, 401, 200, 200, 200, 415, 401, 401, 401, 401, 401]
    assert taken == [False] * len(requests)


async def test_a_body_that_cannot_be_read_is_declined(prepared: Prepared, tmp_path: Path) -> None:
    async with open_gate(prepared, tmp_path, Settings(largest_body=1_000)) as gate, lines(gate) as [line]:
        taken, usual = Taken(gate), json.dumps(gate.about(**USUAL)).encode()
        wrong = [(usual[:-1] + b', "extra": 1}', 422), (usual[:-1] + b', "service": "mobile"}', 400)]
        wrong += [(usual[:-1], 400), (b"", 400), (usual.ljust(1_001), 413)]
        for body, status in wrong:
            await line.send(written(body))
            assert (await line.answer()).status == status
        await line.send(written(usual.ljust(1_000)))
        assert (await line.answer()).status == 200
    assert taken == [False] * len(wrong) + [True]


ELSEWHERE = (
    (b"POST /v1/release?a=1 HTTP/1.1", ""), (b"POST /v1/release HTTP/1.0", ""), (b"GET /v1/release HTTP/1.1", ""),
    (b"POST /v1/release HTTP/1.1", "Connection: close"), (b"POST /v1/release HTTP/1.1", "Expect: 100-continue"),
    (b"POST /v1/release HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket"),
)  # fmt: skip


async def test_what_asks_more_of_the_connection_is_not_even_offered(gate: Gate) -> None:
    taken = Taken(gate)
    async with lines(gate, len(ELSEWHERE)) as opened:
        for line, (request_line, more) in zip(opened, ELSEWHERE, strict=True):
            _, found, rest = written(gate.about(**USUAL), *([more] if more else [])).partition(b"\r\n")
            await line.send(request_line + found + rest)
            assert await asyncio.wait_for(line.reader.readline(), PATIENCE)
    assert taken == []


async def test_a_body_that_comes_in_pieces_goes_by_asgi(gate: Gate) -> None:
    taken, whole = Taken(gate), written(gate.about(**USUAL))
    async with lines(gate) as [line]:
        await line.send(whole[:-20], whole[-20:-1], whole[-1:])
        assert (await line.answer()).body["items"]["name"] == PERSON["name"]
        await line.send(whole)
        assert (await line.answer()).status == 200
    assert taken == [True]


async def test_requests_sent_without_waiting_are_answered_in_their_order(gate: Gate) -> None:
    taken = Taken(gate)
    about = [{**gate.about(**USUAL), "subject": {"id": each}} for each in (gate.subject, gate.other, gate.subject)]
    async with lines(gate) as [line]:
        await line.send(b"".join(written(each) for each in about))
        names = [(await line.answer()).body["items"]["name"] for _ in about]
    assert names == [PERSON["name"], OTHER["name"], PERSON["name"]]
    assert taken == [True], "the others had to wait for it"


async def test_what_comes_together_is_answered_each_with_its_own(gate: Gate) -> None:
    wanted = [gate.subject, "a" * 26, gate.other] * 8
    async with lines(gate, len(wanted)) as opened:
        for line, subject in zip(opened, wanted, strict=True):
            line.writer.write(written({**gate.about(**USUAL), "subject": {"id": subject}}))
        answers = [await line.answer() for line in opened]
    told = [each.body.get("code") or each.body["items"]["name"] for each in answers]
    assert told == [PERSON["name"], "subject-unknown", OTHER["name"]] * 8
    receipts = [each.body["receipt"]["nseq"] for each in answers if each.status == 200]
    assert len(set(receipts)) == len(receipts), "each has a record of its own"


class NoDisk:
    """Staging whose disk is full."""

    async def stage(self, batch: Batch) -> None:
        """Fail."""
        raise UnavailableError

    async def find(self, node: int, boot: str, nseq: int) -> tuple[bytes, ...] | None:
        """Find nothing."""
        return None


async def test_without_a_record_nothing_is_released(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate.opened.journal, "_staging", NoDisk())
    async with lines(gate, 3) as opened:
        for line in opened:
            line.writer.write(written(gate.about(**USUAL)))
        answers = [await line.answer() for line in opened]
        monkeypatch.undo()
    assert [(each.status, each.body["code"]) for each in answers] == [(503, "record-unavailable")] * 3
    assert not [each for each in answers if PERSON["name"] in json.dumps(each.body, ensure_ascii=False)]


async def test_an_unforeseen_error_is_answered_without_what_it_says(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumble(*_: object) -> None:
        raise ValueError(PERSON["name"])

    monkeypatch.setattr(many, "arrive_all", stumble)
    async with lines(gate) as [line]:
        await line.send(written(gate.about(**USUAL)))
        answer = await line.answer()
        monkeypatch.undo()
        await line.send(written(gate.about(**USUAL)))
        assert (await line.answer()).status == 200
    assert (answer.status, answer.body["code"]) == (500, "internal")
    assert PERSON["name"] not in gate.log.getvalue().decode() + json.dumps(answer.body, ensure_ascii=False)
    assert (gate.logged()[0]["event"], gate.logged()[0]["error"]) == ("unexpected", ["ValueError"])


async def test_beyond_the_limit_it_is_told_by_asgi(prepared: Prepared, tmp_path: Path) -> None:
    async with open_gate(prepared, tmp_path, most=0) as gate:
        taken = Taken(gate)
        async with lines(gate) as [line]:
            await line.send(written(gate.about(**USUAL)))
            assert (await line.answer()).body["code"] == "busy"
        assert taken == [False]


class Slow:
    """Staging that waits to be let go."""

    def __init__(self, within: Any) -> None:
        self._within = within
        self.asked, self.go, self.staged = asyncio.Event(), asyncio.Event(), 0

    async def stage(self, batch: Batch) -> None:
        """Write when let go, and count the records."""
        self.asked.set()
        await self.go.wait()
        await self._within.stage(batch)
        self.staged += len(batch.leaves)


async def test_whoever_hangs_up_is_recorded_logged_and_counted(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, lost, lose = Slow(gate.opened.stores.staging), asyncio.Event(), BoundedProtocol.connection_lost

    def losing(protocol: BoundedProtocol, error: Exception | None) -> None:
        lose(protocol, error)
        lost.set()

    monkeypatch.setattr(gate.opened.journal, "_staging", slow)
    monkeypatch.setattr(BoundedProtocol, "connection_lost", losing)
    async with lines(gate, 2) as [gone, other]:
        await gone.send(written(gate.about(**USUAL)))
        await asyncio.wait_for(slow.asked.wait(), PATIENCE)
        gone.writer.transport.abort()
        await asyncio.wait_for(lost.wait(), PATIENCE)
        slow.go.set()
        await other.send(written(gate.about(**USUAL)))
        assert ((await other.answer()).status, slow.staged) == (200, 2)
        assert "shouze_requests_under_way 1.0" in (await gate.call("GET", "/metrics")).text
    assert [each["verb"] for each in gate.logged()].count("release") == 2


async def test_whoever_is_under_way_counts_until_answered(
    prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_gate(prepared, tmp_path, most=1) as gate, lines(gate, 2) as [first, second]:
        slow = Slow(gate.opened.stores.staging)
        monkeypatch.setattr(gate.opened.journal, "_staging", slow)
        await first.send(written(gate.about(**USUAL)))
        await asyncio.wait_for(slow.asked.wait(), PATIENCE)
        await second.send(written(gate.about(**USUAL)))
        assert (await second.answer()).body["code"] == "busy"
        slow.go.set()
        assert (await first.answer()).status == 200
        for line in (second, first):
            await line.send(written(gate.about(**USUAL)))
            assert (await line.answer()).status == 200


async def test_who_stops_answers_first_and_then_hangs_up(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, shut_down = Slow(gate.opened.stores.staging), BoundedProtocol.shutdown

    def shutting_down(protocol: BoundedProtocol) -> None:
        shut_down(protocol)
        slow.go.set()

    monkeypatch.setattr(gate.opened.journal, "_staging", slow)
    monkeypatch.setattr(BoundedProtocol, "shutdown", shutting_down)
    async with served(gate) as port:
        line = Line(*await asyncio.open_connection("127.0.0.1", port))
        await line.send(written(gate.about(**USUAL)))
        await asyncio.wait_for(slow.asked.wait(), PATIENCE)
    answer = await line.answer()
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert await asyncio.wait_for(line.reader.read(), PATIENCE) == b""
    line.writer.close()
