"""Our OSCAL documents, read by compliance-trestle, which nobody here wrote."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from pathlib import Path
from typing import Any

import pytest

from shouze.registers.standings.oscal import catalog
from tests.registers.standings.test_oscal import KNOWN, NOW, results

pytestmark = pytest.mark.systems
TRESTLE = "compliance-trestle>=5,<6"


@pytest.fixture(scope="module")
def trestle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of an environment of its own, which holds trestle."""
    folder = tmp_path_factory.mktemp("trestle")
    venv.create(folder / "venv", with_pip=True)
    _run(folder / "venv" / "bin" / "python", "-m", "pip", "install", TRESTLE)
    return folder / "venv" / "bin"


DOCUMENTS = {
    "catalogs": ("catalog", catalog(KNOWN, NOW, "zh")),
    "assessment-results": ("assessment-results", {"assessment-results": results()}),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_trestle_takes_it_in_and_finds_it_valid(trestle: Path, tmp_path: Path, kind: str) -> None:
    model, document = DOCUMENTS[kind]
    assert _taken(trestle, tmp_path, model, document) == (0, 0)


def test_trestle_refuses_one_that_lacks_a_field_so_the_test_can_fail(trestle: Path, tmp_path: Path) -> None:
    broken = results()
    del broken["import-ap"]
    assert _taken(trestle, tmp_path, "assessment-results", {"assessment-results": broken}) != (0, 0)


def _taken(trestle: Path, folder: Path, model: str, document: dict[str, Any]) -> tuple[int, int]:
    """Import a document into a workspace, and validate it there; return both exit codes."""
    (folder / "given.json").write_text(json.dumps(document, ensure_ascii=False))
    work = folder / "work"
    work.mkdir()
    _run(trestle / "trestle", "init", "--local", where=work)
    taken = _code(trestle / "trestle", "import", "-f", folder / "given.json", "-o", "ours", where=work)
    return taken, _code(trestle / "trestle", "validate", "-t", model, "-n", "ours", where=work)


def _run(*command: str | Path, where: Path = Path("/")) -> None:
    answer = _answer(*command, where=where)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def _code(*command: str | Path, where: Path) -> int:
    return _answer(*command, where=where).returncode


def _answer(*command: str | Path, where: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "COV"))}
    return subprocess.run(command, cwd=where, env=kept, capture_output=True, text=True, check=False)
