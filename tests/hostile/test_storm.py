"""Ten thousand broken and forged requests: nothing falls over, nothing leaks, nothing is half done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from shouze.settings import Settings
from tests import postgres
from tests.api.gate import JSON, TOKENS, USUAL, Gate, open_gate, prepare
from tests.hostile.storm import Sent, Storm
from tests.hostile.watching import check_answer, check_leaves, check_log
from tests.installation import PERSON

ROUNDS, EACH = 6, 2000


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.lasting) for seed in range(2, ROUNDS))])
async def test_the_gate_stands_in_a_storm(gate: Gate, seed: int) -> None:
    await stand(gate, Storm(gate, seed), EACH)


@pytest.mark.lasting
async def test_it_stands_on_postgresql_too(tmp_path: Path) -> None:
    with postgres.database(prepared=True) as url:
        settings = Settings(database=url, largest_body=32 * 1024)
        prepared = await prepare(tmp_path / "prepared", settings)
        async with open_gate(prepared, tmp_path / "opened", settings) as gate:
            await stand(gate, Storm(gate, ROUNDS), 800)


async def stand(gate: Gate, storm: Storm, count: int) -> None:
    """Send the storm's requests and check every answer, and that whatever was refused has changed nothing."""
    held, refused = await gate.custody(), 0
    for _ in range(count):
        sent = storm.next()
        answer = await send(gate, sent)
        check_answer(answer, speaker(gate, sent), (sent.method, sent.path, sent.headers, sent.content()[:300]))
        now = await gate.custody()
        if answer.status_code >= 400:
            assert now == held, ("half done", sent.method, sent.path, sent.content()[:300], answer.text)
            refused += 1
        held = now
    assert count * 0.6 < refused < count, "the storm is hardly broken requests, and some still sound"
    check_log(gate)
    await check_leaves(gate)
    assert (await gate.call("POST", "/v1/release", gate.about(**USUAL))).status_code in {200, 403, 404, 410}


async def test_no_forged_token_comes_near(gate: Gate) -> None:
    right, body = TOKENS["crm"][0], gate.about(**USUAL)
    for place in range(len(right)):
        for letter in "Aa0_-.":
            forged = right[:place] + letter + right[place + 1 :]
            if forged != right:
                answer = await gate.call("POST", "/v1/release", body, token=forged)
                assert answer.status_code == 401
                check_answer(answer, None, place)
    check_log(gate)


async def test_no_forged_assertion_comes_near(gate: Gate) -> None:
    body = json.dumps(gate.about(**USUAL)).encode()
    sound = gate.assertion(body)
    headers = {"shouze-assertion": sound}
    assert (await gate.call("POST", "/v1/release", body, token=TOKENS["desk"][0], headers=headers)).status_code == 200
    for place in range(0, len(sound) - 1, 2):
        for letter in "Az0.":
            forged = sound[:place] + letter + sound[place + 1 :]
            headers = {"shouze-assertion": forged}
            answer = await gate.call("POST", "/v1/release", body, token=TOKENS["desk"][0], headers=headers)
            assert answer.status_code == 401, "a changed or used assertion"
    check_log(gate)


@pytest.mark.parametrize("sub", ["", "\x00", "S-0042\n", "' OR 1=1", "甲" * 128, "\u202e", "😀", "a" * 500])
async def test_a_desk_may_name_odd_people_and_they_may_do_nothing(gate: Gate, sub: str) -> None:
    body = json.dumps(gate.about(**USUAL)).encode()
    for kind, post in (("staff", "nowhere"), ("agent-staff", None), ("staff", "odd\x00post")):
        headers = {"shouze-assertion": gate.assertion(body, sub=sub, kind=kind, post=post, sid="\x00")}
        answer = await gate.call("POST", "/v1/release", body, token=TOKENS["desk"][0], headers=headers)
        assert answer.status_code in {401, 403, 422}
        check_answer(answer, None, sub)
    check_log(gate)


async def test_the_unentitled_learn_nothing_by_asking_differently(gate: Gate) -> None:
    """Known or unknown, found or not: whoever is not entitled reads the same words."""
    phones = [PERSON["phone"], "13700009999"]
    for verb, more in (("release", USUAL), ("check", USUAL), ("terminate", {}), ("withdraw", {"purposes": ["offers"]})):
        told = []
        for phone in phones:
            body = {"service": "mobile", "subject": {"identifiers": {"phone": phone}}, **more}
            answer = await gate.call("POST", f"/v1/{verb}", body, token="nobody")
            told.append((answer.status_code, {**answer.json(), "instance": None, "receipt": None}))
        assert told[0] == told[1]


def speaker(gate: Gate, sent: Sent) -> str | None:
    """Return who the request speaks as; an Authorization header of the storm's own speaks as nobody."""
    return None if any(name == "authorization" for name, _ in sent.headers) else sent.caller


async def send(gate: Gate, sent: Sent) -> httpx.Response:
    """Send a request as it is, headers given twice included."""
    content = sent.content()
    headers = [("authorization", f"Bearer {TOKENS[sent.caller][0]}")] if sent.caller else []
    if sent.caller == "desk":
        headers.append(("shouze-assertion", gate.assertion(content)))
    if sent.caller == "portal":
        claims: dict[str, Any] = {"iss": "portal-1", "kind": "subject", "sub": gate.subject, "post": None}
        headers.append(("shouze-assertion", gate.assertion(content, **claims)))
    given = {name for name, _ in sent.headers}
    usual = [(name, value) for name, value in (*JSON.items(), *headers) if name not in given]
    raw = [(name.encode(), value.encode("latin-1", "replace")) for name, value in (*usual, *sent.headers)]
    path = quote(sent.path, safe="/%?=&*'")
    request = httpx.Request(
        sent.method, f"http://gate.test{path if path.startswith('/') else '/' + path}", content=content
    )
    request.headers = httpx.Headers([*[each for each in request.headers.raw if each[0].lower() == b"host"], *raw])
    return await gate.client.send(request)
