"""The duties as OSCAL: required fields, ids that meet, and states that are not lost (NIST OSCAL 1.1.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shouze.language import Text
from shouze.registers.standings.oscal import assessment_results, catalog, control_id
from shouze.rules.duties.answering import Answer, answered, owed
from shouze.rules.duty import STATES, Fact
from shouze.wiring import read_statutes

NOW = datetime(2026, 11, 28, 20, tzinfo=UTC)
KNOWN = read_statutes()
NAME = Text("星桥", "Starbridge")
UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}")
TOKEN = re.compile(r"[^\W\d][\w.-]*")


def answers() -> dict[str, Answer]:
    facts = {"complaints.answers": Fact(shown=1, lacking=1, since=NOW, open=1, due=datetime(2026, 1, 1, tzinfo=UTC))}
    return answered([each.id for each in owed(KNOWN)], facts, NOW)


def results() -> dict[str, Any]:
    return dict(assessment_results(KNOWN, answers(), NAME, NOW, "en")["assessment-results"])


def controls() -> list[dict[str, Any]]:
    groups = catalog(KNOWN, NOW, "en")["catalog"]["groups"]
    return [control for group in groups for control in group["controls"]]


def found(key: str, document: Any) -> Iterator[Any]:
    if isinstance(document, dict):
        for name, value in document.items():
            if name == key:
                yield value
            yield from found(key, value)
    elif isinstance(document, list):
        for each in document:
            yield from found(key, each)


def test_the_fields_that_the_model_requires_are_there() -> None:
    told = results()
    assert {"uuid", "metadata", "import-ap", "results"} <= told.keys()
    assert {"title", "last-modified", "version", "oscal-version"} <= told["metadata"].keys()
    [result] = told["results"]
    assert {"uuid", "title", "description", "start", "reviewed-controls"} <= result.keys()
    for each in result["observations"]:
        assert {"uuid", "description", "methods", "collected"} <= each.keys()
    for each in result["findings"]:
        assert {"uuid", "title", "description", "target"} <= each.keys()
        assert {"type", "target-id", "status"} <= each["target"].keys()


def test_uuids_are_well_formed_and_named_once_in_a_document() -> None:
    ids = list(found("uuid", results()))
    assert all(UUID.fullmatch(each) for each in ids)
    assert len(ids) == len(set(ids))


def test_every_reference_leads_to_something_in_the_document_or_the_catalog() -> None:
    told, known = results(), {each["id"] for each in controls()}
    ids = set(found("uuid", told))
    assert {each.removeprefix("#") for each in found("href", told)} <= ids
    assert set(found("observation-uuid", told)) <= ids
    assert set(found("control-id", told)) == known
    assert set(found("target-id", told)) == {part["id"] for each in controls() for part in each["parts"]}


def test_control_ids_are_tokens_and_as_many_as_duties() -> None:
    ids = {control_id(each) for each in KNOWN.duties}
    assert len(ids) == len(KNOWN.duties)
    assert all(TOKEN.fullmatch(each) for each in ids)


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_satisfied_or_not_and_keeps_its_name(state: Any) -> None:
    told = assessment_results(KNOWN, {"A12-15d": Answer(duty="A12-15d", state=state)}, NAME, NOW, "en")
    [finding] = told["assessment-results"]["results"][0]["findings"]
    assert finding["target"]["status"]["state"] == ("satisfied" if state in ("met", "due") else "not-satisfied")
    assert finding["props"][0]["value"] == state


def test_a_breach_tells_since_when_and_what_it_rests_on() -> None:
    [result] = results()["results"]
    finding = next(each for each in result["findings"] if each["target"]["target-id"] == "A12-15d_smt")
    assert finding["target"]["status"] == {"state": "not-satisfied", "reason": "fail"}
    assert {"since"} <= {each["name"] for each in finding["props"]}
    [related] = finding["related-observations"]
    seen = next(each for each in result["observations"] if each["uuid"] == related["observation-uuid"])
    assert any("lacking 1" in each["description"] for each in seen["relevant-evidence"])


def test_the_same_answers_give_the_same_document() -> None:
    assert results() == results()
