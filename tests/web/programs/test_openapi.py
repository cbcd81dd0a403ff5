"""The document of the api for programs follows from the registers' descriptions."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from openapi_spec_validator import validate

from shouze.registers.finding import registers
from shouze.web.programs.openapi import written
from shouze.web.programs.reading import offered


def test_it_is_a_valid_document_for_whoever_asks() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    validate(answer.json())


def test_it_has_every_register_and_every_act_that_programs_may_do_and_no_other() -> None:
    paths = json.loads(written())["paths"]
    for register in registers().values():
        place = f"/api/v1/registers/{register.name}"
        if register.name == "programs":
            assert place not in paths
            continue
        assert ("post" in paths[place]) == bool(offered([register.creating]))
        done = {path.rpartition("/")[2] for path in paths if path.startswith(f"{place}/{{number}}/")}
        assert done == {act.name for act in offered(register.acts)}


@pytest.mark.parametrize("field", ["contact"])
def test_personal_fields_are_written_and_never_read(field: str) -> None:
    document = json.loads(written())
    assert field not in document["components"]["schemas"]["agents.row"]["properties"]
    body = document["paths"]["/api/v1/registers/agents"]["post"]["requestBody"]["content"]["application/json"]
    assert field in body["schema"]["properties"]["values"]["properties"]
