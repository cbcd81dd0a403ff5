"""The client's messages and answers are those that the api's own documentation describes."""

from __future__ import annotations

import asyncio
import inspect
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from shouze.client import Subject, bulk, calls, matching, messages, records
from shouze.client import own as of_own
from shouze.client.answers import Problem
from shouze.client.calls import Call
from tests.api.gate import Prepared, open_gate

NOW = datetime(2027, 1, 1, tzinfo=UTC)
ABOUT: dict[str, Any] = {"service": "mobile", "subject": Subject(id="s")}
PURPOSES: dict[str, Any] = {**ABOUT, "purposes": ["p"]}
DESCRIBED: dict[str, tuple[Call[Any], type | None]] = {
    "release": (calls.release(**PURPOSES, items=["i"]), messages.Release),
    "check": (calls.check(**ABOUT), messages.Check),
    "compare": (calls.compare(**PURPOSES, item="i", value="v"), messages.Compare),
    "match": (calls.match(service="s", purpose="p", item="i", values=["v"]), matching.Match),
    "collect": (calls.collect(**PURPOSES, values={}), messages.Collect),
    "correct": (calls.correct(**PURPOSES, values={}), messages.Correct),
    "consent": (calls.consent(**ABOUT, consents=[]), messages.Consent),
    "withdraw": (calls.withdraw(**PURPOSES), messages.Withdraw),
    "agree": (calls.agree(**ABOUT, agreement=messages.AgreedLimit(id="A")), messages.Agree),
    "terminate": (calls.terminate(**ABOUT), messages.Terminate),
    "resume": (calls.resume(**ABOUT), messages.Resume),
    "recognise": (calls.recognise(item="email", value="v"), of_own.Recognise),
    "own-standing": (calls.own_standing(), of_own.OwnStanding),
    "own-records": (calls.own_records(), of_own.OwnRecords),
    "own-recipients": (calls.own_recipients(), of_own.OwnRecipients),
    "own-proofs": (calls.own_proofs(records=[0]), of_own.OwnProofs),
    "give-back": (calls.give_back(**ABOUT, items=["i"]), messages.GiveBack),
    "freeze": (calls.freeze(incident="I"), messages.Freeze),
    "unfreeze": (calls.unfreeze(incident="I"), messages.Freeze),
    "erase-due": (calls.erase_due(), messages.EraseDue),
    "note-act": (
        calls.note_act(register="agents", act="assess", entry="1", evidence="A" * 43), messages.NoteAct
    ),
    "note-publication": (
        calls.note_publication(act="declare", policy="a" * 64), messages.NotePublication
    ),
    "keep-cosignature": (
        calls.keep_cosignature(origin="o", size=1, witness="w", answer="a"), messages.KeepCosignature
    ),
    "read-consents": (calls.read_consents(**PURPOSES), messages.ReadConsents),
    "count-consents": (calls.count_consents(), messages.CountConsents),
    "entitled": (calls.entitled(), None),
    "show-declarations": (calls.declarations(), None),
    "show-versions": (calls.declared_versions("{id}"), None),
    "search-records": (calls.search_records(purpose="order", reason="r"), records.SearchRecords),
    "tally-records": (calls.tally_records(purpose="order", reason="r"), records.TallyRecords),
    "prove-records": (calls.prove_records(purpose="order", reason="r", records=[0]), records.ProveRecords),
    "issue-token": (calls.issue_token(kind="service", actor="a", until=NOW), messages.IssueToken),
    "evaluate": (
        calls.evaluate(
            subject=messages.Party(type="service", id="crm"), action=messages.NamedAction(name="read"),
            resource=messages.Resource(id="s"), context=messages.Circumstances(service="mobile"),
        ),
        messages.Evaluation,
    ),
    "declare": (calls.declare(b""), None),
    "apply-policy": (calls.apply_policy(""), None),
    "show-policy": (calls.policy(), None),
    "show-entries": (calls.policy_entries(), None),
    "exercised": (calls.exercised(holders=["post:p"]), messages.AskExercised),
    "revoke-token": (calls.revoke_token("{id}"), None),
    "errors": (calls.errors(), None),
    "usage-append": (calls.append_usage(service="s", purpose="p", records=[]), messages.AppendUsage),
    "usage-read": (calls.read_usage(**PURPOSES, items=["i"], since=NOW, until=NOW), messages.ReadUsage),
    "bulk-request": (
        calls.request_bulk(service="s", purpose="p", action="destroy", items=["i"], volume=1, reason="r"),
        bulk.RequestBulk,
    ),
    "bulk-list": (calls.bulk_requests(), None),
    "bulk-show": (calls.bulk_request("{id}"), None),
    "bulk-approve": (calls.approve_bulk("{id}"), bulk.FromPlace),
    "bulk-refuse": (calls.refuse_bulk("{id}"), bulk.FromPlace),
    "bulk-run": (calls.run_bulk("{id}"), bulk.FromPlace),
    "bulk-stop": (calls.stop_bulk("{id}"), bulk.FromPlace),
    "bulk-file": (calls.bulk_file("{id}"), None),
    "bulk-certificate": (calls.bulk_certificate("{id}"), None),
    "bulk-certificate-page": (calls.bulk_certificate_page("{id}"), None),
}  # fmt: skip
OPEN = {"healthz", "readyz", "metrics", "authzen-metadata", "openapi"}
"""Pages for probes and readers, not for programs of the door."""


@pytest.fixture(scope="module")
def document(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    async def written() -> dict[str, Any]:
        async with open_gate(prepared, tmp_path_factory.mktemp("document")) as gate:
            told: dict[str, Any] = (await gate.client.get("/openapi.json")).json()
            return told

    return asyncio.run(written())


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        told["operationId"]: {"method": method.upper(), "path": path, **told}
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    }


class Shapes:
    """The shapes of JSON objects under their references."""

    def __init__(self, schemas: dict[str, Any]) -> None:
        self._schemas = schemas

    def of(self, schema: dict[str, Any]) -> Any:
        """Return a schema as plain nested names: members, choices, parts; not lengths, words and defaults."""
        if "$ref" in schema:
            return self.of(self._schemas[schema["$ref"].rpartition("/")[2]])
        if "anyOf" in schema:
            parts = [self.of(each) for each in schema["anyOf"]]
            return sorted((each for part in parts for each in (part if isinstance(part, list) else [part])), key=str)
        if "properties" in schema:
            return {name: self.of(each) for name, each in schema["properties"].items()}
        if "enum" in schema:
            return sorted(schema["enum"], key=str)
        return self._plain(schema)

    def required(self, schema: dict[str, Any]) -> set[str]:
        if "$ref" in schema:
            return self.required(self._schemas[schema["$ref"].rpartition("/")[2]])
        return set(schema.get("required", ()))

    def _plain(self, schema: dict[str, Any]) -> Any:
        if schema.get("type") == "array":
            return [self.of(schema.get("items") or {})]
        if schema.get("type") == "object":
            return {"*": self.of(schema["additionalProperties"]) if schema.get("additionalProperties") else "any"}
        return schema.get("const", schema.get("type", "any"))


def own(kind: type) -> tuple[dict[str, Any], Shapes]:
    (schema,), schemas = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
    return schema, Shapes(schemas)


def test_every_operation_has_its_call(document: dict[str, Any]) -> None:
    assert operations(document).keys() - OPEN == DESCRIBED.keys()
    assert len(DESCRIBED) == len(
        [each for each in vars(calls).values() if inspect.isfunction(each) and _public(each.__name__, each.__module__)]
    )


def _public(name: str, module: str) -> bool:
    return name[0] != "_" and module == calls.__name__


@pytest.mark.parametrize("name", DESCRIBED)
def test_a_call_is_what_the_documentation_says(document: dict[str, Any], name: str) -> None:
    call, message = DESCRIBED[name]
    told, shapes = operations(document)[name], Shapes(document["components"]["schemas"])
    path = call.path.replace("%7B", "{").replace("%7D", "}")
    assert (call.method, path) == (told["method"], told["path"])
    keyed = {"$ref": "#/components/parameters/Idempotency-Key"} in told.get("parameters", [])
    assert (call.repetition == "by-key") == keyed
    if "requestBody" in told:
        assert call.media in told["requestBody"]["content"]
    if message is not None:
        theirs = told["requestBody"]["content"]["application/json"]["schema"]
        ours, own_shapes = own(message)
        assert own_shapes.of(ours) == shapes.of(theirs)
        assert own_shapes.required(ours) == shapes.required(theirs)


@pytest.mark.parametrize("name", [name for name, (call, _) in DESCRIBED.items() if call.answer is not bytes])
def test_an_answer_is_what_the_documentation_says(document: dict[str, Any], name: str) -> None:
    call, _ = DESCRIBED[name]
    told, shapes = operations(document)[name], Shapes(document["components"]["schemas"])
    (status,) = {"200", "201"} & told["responses"].keys()
    theirs = shapes.of(told["responses"][status]["content"]["application/json"]["schema"])
    ours, own_shapes = own(call.answer)
    expected = own_shapes.of(ours)
    if plain := {"show-policy": "policy", "show-entries": "entries"}.get(name):
        theirs[plain] = expected[plain]  # the client keeps it as plain JSON
    if "declarations" in theirs:  # kept as plain JSON too
        theirs["operator"] = expected["operator"]
        theirs["declarations"][0]["declaration"] = expected["declarations"][0]["declaration"]
    assert expected.keys() == theirs.keys()
    assert expected == theirs


def test_a_problem_is_what_the_documentation_says(document: dict[str, Any]) -> None:
    shapes = Shapes(document["components"]["schemas"])
    ours, own_shapes = own(Problem)
    assert own_shapes.of(ours) == shapes.of(document["components"]["schemas"]["Problem"])
