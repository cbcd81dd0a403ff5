"""The wheel in an environment of its own: what somebody meets who has pip and nothing of this checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.systems


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of a clean environment that holds the runtime requirements and the wheel."""
    folder = tmp_path_factory.mktemp("stranger")
    _run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT)
    venv.create(folder / "venv", with_pip=True)
    programs = folder / "venv" / "bin"
    _run(programs / "python", "-m", "pip", "install", "--require-hashes", "-r", ROOT / "requirements" / "runtime.txt")
    _run(programs / "python", "-m", "pip", "install", "--no-deps", "--no-index", *folder.glob("*.whl"))
    return programs


def test_the_wheel_says_its_version(installed: Path) -> None:
    assert version("shouze") in _run(installed / "shouze", "--version")


def test_the_wheel_carries_the_catalogue_of_duties(installed: Path) -> None:
    duties = json.loads(_run(installed / "shouze", "duties", "--list", "--json"))
    assert len(duties) > 0
    assert all(duty["id"] for duty in duties)


def test_the_wheel_carries_its_types_and_its_licence(installed: Path) -> None:
    place = _run(installed / "python", "-c", "import shouze; print(shouze.__file__)").strip()
    assert Path(place).with_name("py.typed").is_file()
    assert list(Path(place).parent.parent.glob("shouze-*.dist-info/licenses/LICENSE"))


def _run(*command: str | Path) -> str:
    """Run a command away from the checkout, without its environment; return what it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "COV"))}
    answer = subprocess.run(command, cwd="/", env=kept, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout
