"""Watching: every request has an id, a line in the log and a count, and none of them says anything personal."""

from __future__ import annotations

import io
import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shouze.api import verbs
from shouze.api.watch import json_log
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
        "caller": "clerk-1", "outcome": "done", "code": None, "status": 200,
    }  # fmt: skip


async def test_the_line_of_a_refusal_names_its_code(gate: Gate) -> None:
    await gate.call("POST", "/v1/release", gate.about(**USUAL), token="nobody")
    assert (gate.logged()[0]["outcome"], gate.logged()[0]["code"]) == ("refused", "not-entitled")


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


def test_the_log_is_json_lines_and_keeps_its_level() -> None:
    stream = io.BytesIO()
    log = json_log("warning", stream)
    log.info("quiet")
    log.error("unexpected", verb="release")
    [line] = stream.getvalue().splitlines()
    assert json.loads(line)["verb"] == "release"


def test_every_verb_of_the_door_is_offered() -> None:
    offered = {operation.id for operation in verbs.OPERATIONS} | {"freeze", "erase-due"}
    verbs_of_the_door = {name.replace("_", "-") for name in vars(Door) if not name.startswith("_")} - {"refresh"}
    assert verbs_of_the_door <= offered
