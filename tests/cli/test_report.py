"""Reports from the command line: listed, made of a year or of this moment, as PDF, as data, as OSCAL.

All commands run in one process that is not this one: the pages of a process belong to one folder.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import PATIENCE
from tests.conftest import ROOT

WORK = """
import json, sys
from pathlib import Path
from shouze.settings import Settings
from shouze.wiring.desk import configure
from tests.cli.shell import Shell
home = Path(sys.argv[1])
shell = Shell(home)
shell("migrate")
configure(home, Settings(), None, None).migrate()
asked = {
    "listed": ["report"],
    "annual": ["report", "annual", "2025", "--json"],
    "wrong": ["report", "annual", "2012"],
    "unknown": ["report", "nothing"],
    "pdf": ["report", "duties", "--out", str(home / "duties.pdf")],
    "oscal": ["report", "oscal", "--out", str(home / "results.json")],
    "catalog": ["report", "oscal-catalog"],
}
answers = {name: shell.result(*words) for name, words in asked.items()}
told = {name: [each.exit_code, each.output] for name, each in answers.items()}
(home / "told.json").write_text(json.dumps(told))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installation with empty registers, where each command was run once."""
    home = tmp_path_factory.mktemp("home")
    subprocess.run([sys.executable, "-c", WORK, str(home)], check=True, timeout=PATIENCE, cwd=ROOT)
    return home


def said(home: Path, name: str, code: int = 0) -> str:
    got, output = json.loads((home / "told.json").read_text())[name]
    assert got == code, output
    return str(output)


def test_those_there_are_are_listed_and_an_unknown_one_is_refused_with_them(home: Path) -> None:
    listed = {line.split()[0] for line in said(home, "listed").splitlines()}
    assert listed >= {"annual", "complaint", "duties", "medium", "oscal", "oscal-catalog", "selfinspection", "training"}
    assert "oscal-catalog" in said(home, "unknown", code=2)


def test_a_year_is_told_as_data_and_a_wrong_one_names_the_field(home: Path) -> None:
    told = json.loads(said(home, "annual"))
    assert (told["name"], told["number"], told["language"]) == ("annual", "2025", "en")
    assert "year" in said(home, "wrong", code=2)


def test_where_the_operator_stands_is_written_as_a_pdf(home: Path) -> None:
    assert "is written" in said(home, "pdf")
    assert (home / "duties.pdf").read_bytes().startswith(b"%PDF-")


def test_oscal_is_written_whole_and_printed_where_no_file_is_named(home: Path) -> None:
    said(home, "oscal")
    told = json.loads((home / "results.json").read_text())["assessment-results"]
    known = json.loads(said(home, "catalog"))["catalog"]
    controls = [control["id"] for group in known["groups"] for control in group["controls"]]
    assert len(told["results"][0]["findings"]) == len(controls)
    assert told["metadata"]["oscal-version"].startswith("1.1.")
