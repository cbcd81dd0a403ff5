"""Reports from the command line: listed, made of a year or of this moment, as PDF, as data, as OSCAL.

Each command runs in a process of its own: the pages of a process belong to one folder.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.shell import PATIENCE, Shell, program

MAKE = """
import sys
from pathlib import Path
from shouze.settings import Settings
from shouze.wiring.desk import configure, migrate_desk
configure(Path(sys.argv[1]), Settings(), None, None)
migrate_desk()
"""
Ask = Callable[..., str]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Return what runs ``shouze report`` over registers that are there and empty, and returns what it says."""
    home = tmp_path_factory.mktemp("home")
    Shell(home)("migrate")
    subprocess.run([program()[0], "-c", MAKE, str(home)], check=True, timeout=PATIENCE)

    def asked(*words: str, code: int = 0) -> str:
        command = program("--lang", "en", "--home", str(home), "report", *words)
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
        assert answer.returncode == code, answer.stdout + answer.stderr
        return answer.stdout + answer.stderr

    return asked


def test_those_there_are_are_listed(ask: Ask) -> None:
    listed = {line.split()[0] for line in ask().splitlines()}
    assert listed >= {"annual", "complaint", "duties", "medium", "oscal", "oscal-catalog", "selfinspection", "training"}


def test_a_year_is_told_as_data_and_a_wrong_one_names_the_field(ask: Ask) -> None:
    told = json.loads(ask("annual", "2025", "--json"))
    assert (told["name"], told["number"], told["language"]) == ("annual", "2025", "en")
    assert "year" in ask("annual", "2012", code=2)


def test_where_the_operator_stands_is_written_as_a_pdf(ask: Ask, tmp_path: Path) -> None:
    assert "is written" in ask("duties", "--out", str(tmp_path / "duties.pdf"))
    assert (tmp_path / "duties.pdf").read_bytes().startswith(b"%PDF-")


def test_oscal_is_written_whole_and_printed_where_no_file_is_named(ask: Ask, tmp_path: Path) -> None:
    ask("oscal", "--out", str(tmp_path / "results.json"))
    told = json.loads((tmp_path / "results.json").read_text())["assessment-results"]
    known = json.loads(ask("oscal-catalog"))["catalog"]
    controls = [control["id"] for group in known["groups"] for control in group["controls"]]
    assert len(told["results"][0]["findings"]) == len(controls)
    assert told["metadata"]["oscal-version"].startswith("1.1.")
