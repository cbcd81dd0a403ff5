"""Connections that break, doors that are busy, answers that are lost: tried again, and done once."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.client import Conflict, ConsentGiven, Retries, Subject, Timeouts, Unavailable, Unexpected
from shouze.client.answers import Problem
from tests.client.conftest import Served
from tests.client.reach import Pauses, Script, reach, serving

DONE = httpx.Response(200, content=b'{"subject":"s","receipt":null,"versions":{}}')
ERASED = httpx.Response(200, content=b'{"subjects":3}')
TERMINATE: dict[str, Any] = {"service": "mobile", "subject": Subject(id="s")}
OFFERS = ConsentGiven(purpose="offers", version=1, items={"phone"}, act="ticked", channel="app")


def problem(status: int, code: str, *, field: str | None = None, article: str | None = None, **headers: str) -> Any:
    told = Problem(
        type=f"/v1/errors#{code}", title="t", status=status, detail="d", instance="urn:uuid:0", code=code, remedy="r",
        field=field, article=article,
    )  # fmt: skip
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    media = {"content-type": "application/problem+json"}
    return httpx.Response(status, headers={**media, **named}, content=msgspec.json.encode(told))


def refused_connection() -> httpx.ConnectError:
    return httpx.ConnectError("Connection refused")


@pytest.mark.parametrize(
    "first",
    [
        problem(503, "busy"),
        problem(429, "busy"),
        problem(504, "unavailable"),
        problem(408, "too-slow"),
        httpx.Response(502, headers={"content-type": "text/html"}, content=b"<h1>Bad gateway</h1>"),
        refused_connection(),
        httpx.ReadTimeout("late"),
        httpx.RemoteProtocolError("cut off"),
    ],
    ids=["503", "429", "504", "408", "502", "no-connection", "timeout", "cut-off"],
)
async def test_what_may_pass_is_tried_again(face: str, first: Any) -> None:
    pauses, script = Pauses(face), Script(first, DONE)
    async with reach(face, transport=script, **pauses.terms()) as door:
        assert (await door("terminate", **TERMINATE)).subject == "s"
    assert len(script.requests) == 2
    assert pauses.waited == [0.1]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 413, 415, 422, 500])
async def test_what_will_not_pass_is_not_tried_again(face: str, status: int) -> None:
    script = Script(problem(status, "some-code"))
    async with reach(face, transport=script, **Pauses(face).terms()) as door:
        with pytest.raises(Exception, match="d"):
            await door("terminate", **TERMINATE)
    assert len(script.requests) == 1


async def test_all_tries_of_a_change_carry_one_key_and_each_change_its_own(face: str) -> None:
    script = Script(problem(503, "busy"), problem(503, "busy"), DONE)
    async with reach(face, transport=script, **Pauses(face).terms()) as door:
        await door("terminate", **TERMINATE)
        await door("terminate", **TERMINATE)
    keys = script.sent("idempotency-key")
    assert keys[0]
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert len(set(script.sent("x-request-id"))) == 2
    assert len({request.content for request in script.requests}) == 1


async def test_what_changes_nothing_carries_no_key(face: str) -> None:
    script = Script(problem(503, "busy"), ERASED)
    async with reach(face, transport=script, **Pauses(face).terms()) as door:
        assert (await door("erase_due")).subjects == 3
    assert script.sent("idempotency-key") == [None, None]


async def test_the_tries_are_bounded_and_their_pauses_double(face: str) -> None:
    pauses, script = Pauses(face), Script(problem(503, "busy"))
    async with reach(face, transport=script, retries=Retries(most=5), **pauses.terms()) as door:
        with pytest.raises(Unavailable) as caught:
            await door("terminate", **TERMINATE)
    assert caught.value.code == "busy"
    assert pauses.waited == [0.1, 0.2, 0.4, 0.8, 1.6]


async def test_it_waits_as_long_as_it_is_told_within_reason(face: str) -> None:
    for told, waited in (("2", 2.1), ("100", 5.1), ("soon", 0.1), ("-1", 0.1), ("9" * 400, 5.1)):
        pauses, script = Pauses(face), Script(problem(503, "busy", retry_after=told), DONE)
        async with reach(face, transport=script, **pauses.terms()) as door:
            await door("terminate", **TERMINATE)
        assert pauses.waited == [pytest.approx(waited)], told


async def test_a_date_to_wait_for_is_read_against_the_answers_own(face: str) -> None:
    date, until = "Mon, 23 Nov 2026 02:00:00 GMT", "Mon, 23 Nov 2026 02:00:03 GMT"
    for told, waited in ((until, 3.1), ("Mon, 23 Nov 2026 01:00:00 GMT", 0.1), ("Mon, 23 Nov 2026 02:00:03", 0.1)):
        pauses, script = Pauses(face), Script(problem(503, "busy", retry_after=told, date=date), DONE)
        async with reach(face, transport=script, **pauses.terms()) as door:
            await door("terminate", **TERMINATE)
        assert pauses.waited == [pytest.approx(waited)]


async def test_no_pause_goes_beyond_the_deadline(face: str) -> None:
    pauses, script = Pauses(face), Script(problem(503, "busy", retry_after="4"))
    async with reach(face, transport=script, timeout=Timeouts(total=10), **pauses.terms()) as door:
        with pytest.raises(Unavailable):
            await door("terminate", **TERMINATE)
    assert len(script.requests) == 3
    assert pauses.now < 10


async def test_a_token_is_not_asked_for_twice(face: str) -> None:
    asked = {"kind": "service", "actor": "crm", "until": "2027-01-01T00:00:00Z"}
    for answer in (problem(503, "busy"), httpx.ReadTimeout("late"), httpx.ReadError("cut off")):
        script = Script(answer)
        async with reach(face, transport=script, **Pauses(face).terms()) as door:
            with pytest.raises(Unavailable):
                await door("issue_token", **asked)
        assert len(script.requests) == 1
        assert script.sent("idempotency-key") == [None]


async def test_unless_the_request_never_left_or_was_not_looked_at(face: str) -> None:
    issued = b'{"id":"x","token":"szt_x_y","until":"2027-01-01T00:00:00Z","epoch":2}'
    script = Script(refused_connection(), problem(429, "busy"), httpx.Response(201, content=issued))
    async with reach(face, transport=script, **Pauses(face).terms()) as door:
        assert (await door("issue_token", kind="service", actor="crm", until="2027-01-01T00:00:00Z")).epoch == 2


async def test_a_first_try_still_under_way_is_waited_for(face: str) -> None:
    under_way = problem(409, "conflict", field="idempotency-key")
    script = Script(httpx.ReadTimeout("late"), under_way, DONE)
    async with reach(face, transport=script, **Pauses(face).terms()) as door:
        await door("terminate", **TERMINATE)
    async with reach(face, transport=Script(under_way), **Pauses(face).terms()) as door:
        with pytest.raises(Conflict):
            await door("terminate", **TERMINATE)


async def test_a_door_that_is_not_there_is_told_apart(face: str) -> None:
    async with reach(face, "http://127.0.0.1:1", retries=Retries(most=0)) as door:
        with pytest.raises(Unavailable, match="ConnectError"):
            await door("errors")


async def test_work_whose_answer_was_lost_is_done_once(served: Served, face: str) -> None:
    about = {"service": "mobile", "subject": Subject(id=served.gate.other)}
    given = {"purposes": ["offers"], "values": {"phone": "13987654321"}, "consents": [OFFERS]}
    served.cutting.cuts = 1
    async with reach(face, served.url, retries=Retries(first=0.01)) as door:
        done = await door("collect", **about, **given)
        assert served.cutting.served == 2
        again = await door("collect", **about, **given)
    assert again.versions["phone"] == done.versions["phone"] + 1, "only the second call writes a second version"


async def test_without_the_key_it_would_be_done_twice(served: Served) -> None:
    body = {
        **served.gate.about(purposes=["offers"], values={"phone": "13987654321"}),
        "subject": {"id": served.gate.other},
        "consents": [{"purpose": "offers", "version": 1, "items": ["phone"], "act": "ticked", "channel": "app"}],
    }
    first, second = [(await served.gate.call("POST", "/v1/collect", body)).json() for _ in range(2)]
    assert second["versions"]["phone"] == first["versions"]["phone"] + 1


async def test_a_release_whose_answer_was_lost_is_opened_and_recorded_again(served: Served, face: str) -> None:
    about = {"service": "mobile", "subject": Subject(id=served.gate.subject), "purposes": ["customer-service"]}
    async with reach(face, served.url, retries=Retries(first=0.01)) as door:
        before = await door("check", **about, items=["name"])
        served.cutting.cuts = 1
        released = await door("release", **about, items=["name"])
    assert released.items
    assert released.receipt.nseq == before.receipt.nseq + 2


LONG = 60.0
"""Seconds that the slow servers take: many times the deadline, however busy the machine."""


async def left(receive: Any) -> None:
    """Wait until the client has gone, or for long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LONG):
            while (await receive())["type"] != "http.disconnect":
                pass


async def trickle(scope: Any, receive: Any, send: Any) -> None:
    """Answer one byte at a time, for longer than anybody waits."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    gone = asyncio.create_task(left(receive))
    while not gone.done():
        await send({"type": "http.response.body", "body": b" ", "more_body": True})
        await asyncio.sleep(0.02)


async def test_an_answer_that_trickles_ends_with_the_deadline(face: str) -> None:
    begun = time.monotonic()
    async with serving(trickle) as url, reach(face, url, timeout=Timeouts(total=0.3)) as door:
        with pytest.raises(Unavailable):
            await door("errors")
        assert time.monotonic() - begun < LONG / 2


async def silence(scope: Any, receive: Any, send: Any) -> None:
    """Answer too late."""
    await left(receive)


async def test_an_answer_that_does_not_come_ends_with_the_deadline(face: str) -> None:
    begun = time.monotonic()
    async with serving(silence) as url:
        async with reach(face, url, timeout=Timeouts(total=0.3)) as door:
            with pytest.raises(Unavailable, match="Timeout"):
                await door("errors")
        assert time.monotonic() - begun < LONG / 2


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"subject":1}', b"[" * 100_000])
async def test_an_answer_of_another_form_is_unexpected_and_not_repeated(face: str, body: bytes) -> None:
    script = Script(httpx.Response(200, content=body))
    async with reach(face, transport=script) as door:
        with pytest.raises(Unexpected):
            await door("terminate", **TERMINATE)
    assert len(script.requests) == 1


async def test_nobody_is_followed_elsewhere(face: str) -> None:
    script = Script(httpx.Response(307, headers={"location": "https://elsewhere.example/"}))
    async with reach(face, transport=script) as door:
        with pytest.raises(Unexpected):
            await door("terminate", **TERMINATE)
    assert len(script.requests) == 1


@given(tried=st.integers(0, 50), asked=st.floats(0, 1e12), chance=st.floats(0, 1))
def test_a_pause_is_bounded_whatever_is_asked(tried: int, asked: float, chance: float) -> None:
    terms = Retries()
    pause = terms.pause(tried, asked, chance)
    assert min(asked, terms.patience) <= pause <= terms.patience + terms.longest
