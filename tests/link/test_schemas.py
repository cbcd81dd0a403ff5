"""The published schemas: up to date, and true of what is sent."""

from __future__ import annotations

import base64
import json
import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator

from shouze.link.kinds import KINDS
from tests.conftest import ROOT
from tests.link.written import dispatch, sealed

FOLDER = ROOT / "docs" / "spec" / "dispatches"


def test_the_published_files_are_what_the_code_says() -> None:
    answer = subprocess.run(
        [sys.executable, "tools/dispatches.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_a_dispatch_fits_its_published_schema_and_no_other_kinds(kind: str) -> None:
    content = json.loads(base64.urlsafe_b64decode(sealed(kind).split(".")[1] + "=="))
    fitting = Draft202012Validator(json.loads((FOLDER / f"{kind}.json").read_text()))
    Draft202012Validator.check_schema(fitting.schema)
    assert [*fitting.iter_errors(content)] == []
    other = "letter" if kind != "letter" else "received"
    assert not Draft202012Validator(json.loads((FOLDER / f"{other}.json").read_text())).is_valid(content)
    assert not fitting.is_valid({**content, "more": 1})
    assert not fitting.is_valid({**content, "v": 2})
    assert dispatch(kind).kind == kind
