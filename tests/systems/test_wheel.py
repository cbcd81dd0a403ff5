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


@pytest.fixture(scope="module")
def verifying(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of a clean environment that holds shouze-verify and what it needs, and no more."""
    folder = tmp_path_factory.mktemp("inspector")
    package = ROOT / "packages" / "shouze-verify"
    _run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", folder, package)
    venv.create(folder / "venv", with_pip=True)
    programs = folder / "venv" / "bin"
    _run(programs / "python", "-m", "pip", "install", "--require-hashes", "-r", ROOT / "requirements" / "verify.txt")
    _run(programs / "python", "-m", "pip", "install", "--no-deps", "--no-index", *folder.glob("*.whl"))
    return programs


def test_an_inspector_verifies_a_log_and_a_proof_with_shouze_verify_alone(
    installed: Path, verifying: Path, tmp_path: Path
) -> None:
    shouze = (installed / "shouze", "--lang", "en", "--home", tmp_path / "home")
    _run(*shouze, "migrate")
    _run(*shouze, "erase", "--due")
    _run(*shouze, "log", "publish", tmp_path / "log")
    _run(*shouze, "log", "prove", "1", "--into", tmp_path / "proof")
    (tmp_path / "key").write_text(_run(*shouze, "log", "vkey"))
    key = ("--vkey", tmp_path / "key", "--lang", "en")
    assert "faults 0" in _run(verifying / "shouze-verify", "folder", tmp_path / "log", *key)
    assert "valid, place 1" in _run(verifying / "shouze-verify", "proof", tmp_path / "proof", *key)
    held = "from importlib.util import find_spec; print([n for n in ('shouze.gateway', 'psycopg') if find_spec(n)])"
    assert _run(verifying / "python", "-c", held).strip() == "[]"
    (tmp_path / "proof").write_text((tmp_path / "proof").read_text().replace("index 1", "index 0"))
    answer = subprocess.run(
        [verifying / "shouze-verify", "proof", tmp_path / "proof", *key], capture_output=True, text=True, check=False
    )
    assert (answer.returncode, "not valid" in answer.stdout) == (1, True)


def test_an_export_is_verified_by_what_goes_along_with_it(installed: Path, tmp_path: Path) -> None:
    shouze = (installed / "shouze", "--lang", "en", "--home", tmp_path / "home")
    _run(*shouze, "migrate")
    _run(*shouze, "erase", "--due")
    wheels = tmp_path / "wheels"
    listed = ("--require-hashes", "-r", ROOT / "requirements" / "verify.txt")
    _run(installed / "python", "-m", "pip", "download", "--only-binary", ":all:", "-d", wheels, *listed)
    named = ("--for", "the authority", "--reason", "notice 7", "--openings", "recipient", "--entries")
    _run(*shouze, "log", "export", tmp_path / "first", *named, "--wheels", wheels)
    _run(*shouze, "log", "export", tmp_path / "out", *named, "--wheels", wheels)
    venv.create(tmp_path / "venv", with_pip=True)
    programs, means = tmp_path / "venv" / "bin", tmp_path / "out" / "verify"
    offline = (programs / "python", "-m", "pip", "install", "--no-index")
    _run(*offline, "--find-links", means / "wheels", "--require-hashes", "-r", means / "requirements.txt")
    _run(*offline, "--no-deps", *means.glob("shouze_verify-*.whl"))
    key = ("--vkey", _run(*shouze, "log", "vkey").strip(), "--lang", "en")
    said = _run(programs / "shouze-verify", "export", tmp_path / "out", *key, "--jobs", "2")
    assert all(words in said for words in ("faults 0", "1 disclosures", "none is missing"))
    assert "faults 0" in _run(programs / "shouze-verify", "folder", tmp_path / "out" / "log", *key)
    records = tmp_path / "out" / "records.jsonl"
    records.write_text(records.read_text().replace("erase-due", "erase-dui").replace("boot", "boob"))
    changed: list[str | Path] = [programs / "shouze-verify", "export", tmp_path / "out", *key]
    assert subprocess.run(changed, capture_output=True, check=False).returncode == 1


def _run(*command: str | Path) -> str:
    """Run a command away from the checkout, without its environment; return what it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "COV"))}
    answer = subprocess.run(command, cwd="/", env=kept, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout
