"""Watching: every request has an id, a line in the log and a count, and none of them says anything personal."""

from __future__ import annotations

import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shouze.api.app import OPERATIONS
from shouze.gateway.door import Door
from tests.api.gate import TOKENS, USUAL, Gate
from tests.installation import PERSON


async def test_a_request_leaves_one_line(gate: Gate) -> None:
    answer = await gate.call("POST", "/v1/release", gate.about(**USUAL), token="clerk")
    [line] = gate.logged()
    assert line.pop("ms") >= 0
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "request", "level": "info", "request": answer.headers["x-request-id"], "verb": "release",
        "caller": "clerk-1", "outcome": "done", "code": None, "purpose": None, "status": 200,
    }  # fmt: skip


async def test_the_line_of_a_refusal_names_its_code(gate: Gate) -> None:
    await gate.call("POST", "/v1/release", gate.about(**USUAL), token="nobody")
    assert (gate.logged()[0]["outcome"], gate.logged()[0]["code"]) == ("refused", "not-entitled")


async def test_the_line_of_a_refusal_names_the_one_of_several_purposes(gate: Gate) -> None:
    several = {**gate.about(**USUAL), "purposes": ["customer-service", "open-account"]}
    await gate.call("POST", "/v1/release", several, token="clerk")
    assert (gate.logged()[0]["code"], gate.logged()[0]["purpose"]) == ("not-entitled", "open-account")


async def test_the_line_names_no_path_subject_value_or_secret(gate: Gate) -> None:
    for path in ("/v1/release", f"/v1/{PERSON['phone']}", f"/v1/tokens/{gate.subject}"):
        await gate.call("POST", path, gate.about(**USUAL, reason=PERSON["name"]))
    written = gate.log.getvalue().decode()
    for secret in (gate.subject, *PERSON.values(), TOKENS["crm"][0][-43:]):
        assert secret not in written
    assert json.dumps(PERSON["name"]) not in written


async def test_an_unexpected_error_is_told_without_what_it_says(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stumble(*_: object) -> None:
        secret = PERSON["name"]
        raise ValueError(secret) from KeyError(PERSON["phone"])

    monkeypatch.setattr(Door, "release", stumble)
    answer = await gate.call("POST", "/v1/release", gate.about(**USUAL))
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.json()["remedy"] == "Tell the administrator the request id"
    line = gate.logged()[0]
    assert (line["event"], line["error"]) == ("unexpected", ["ValueError", "KeyError"])
    assert any("stumble" in frame for frame in line["trace"])
    assert line["request"] == answer.headers["x-request-id"]
    written = gate.log.getvalue().decode()
    assert PERSON["name"] not in written + answer.text
    assert PERSON["phone"] not in written + answer.text


async def test_requests_are_counted_by_verb_outcome_and_code(gate: Gate) -> None:
    await gate.call("POST", "/v1/release", gate.about(**USUAL))
    await gate.call("POST", "/v1/release", gate.about(**USUAL), token="nobody")
    await gate.call("POST", f"/{PERSON['phone']}", {})
    text = (await gate.call("GET", "/metrics")).text
    counted = {
        tuple(sample.labels[name] for name in ("verb", "outcome", "code")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "shouze_requests_total"
    }
    assert counted == {
        ("release", "done", ""): 1.0, ("release", "refused", "not-entitled"): 1.0, ("-", "refused", "not-found"): 1.0,
    }  # fmt: skip
    for secret in (gate.subject, "crm-1", "nobody-1", PERSON["phone"]):
        assert secret not in text


async def test_what_is_under_way_is_counted_even_where_it_fails(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stumble(*_: object) -> None:
        assert b"shouze_requests_under_way 2.0" in (await gate.call("GET", "/metrics")).content
        raise ValueError

    monkeypatch.setattr(Door, "release", stumble)
    assert (await gate.call("POST", "/v1/release", gate.about(**USUAL))).status_code == 500
    assert [line["event"] for line in gate.logged()] == ["request", "unexpected", "request"]
    assert b"shouze_requests_under_way 1.0" in (await gate.call("GET", "/metrics")).content


async def test_an_unexpected_error_is_in_the_log_at_once(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stumble(*_: object) -> None:
        raise ValueError

    await gate.call("GET", "/healthz")
    monkeypatch.setattr(Door, "release", stumble)
    await gate.call("POST", "/v1/release", gate.about(**USUAL))
    written = gate._stream.getvalue()
    assert [json.loads(line)["event"] for line in written.splitlines()] == ["request", "unexpected"]


@pytest.mark.parametrize(("asked", "told"), [("en;q=0.9, zh;q=0.1", "en"), ("fr", "zh-CN"), ("en," * 200, "en")])
async def test_an_answer_is_in_the_language_asked_for(gate: Gate, asked: str, told: str) -> None:
    for _ in range(2):
        answer = await gate.call("GET", "/nowhere", headers={"accept-language": asked})
        assert answer.headers["content-language"] == told


def test_every_verb_of_the_door_is_offered() -> None:
    offered = {operation.id for operation in OPERATIONS}
    verbs_of_the_door = {name.replace("_", "-") for name in vars(Door) if not name.startswith("_")}
    many = {"read-many", "agree-many", "withdraw-many", "terminate-many"}
    within_the_process = {"refresh", "take-in", "usage", "purge-usage"} | many
    otherwise_named = {"append-usage": "usage-append", "read-usage": "usage-read", "read-standing": "own-standing"}
    assert {otherwise_named.get(verb, verb) for verb in verbs_of_the_door - within_the_process} <= offered
