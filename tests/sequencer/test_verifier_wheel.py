"""The wheel that goes along with an export, and the wheels that it needs."""

from __future__ import annotations

import io
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from shouze.errors import InvalidError, NotFoundError
from shouze.sequencer import verifier_wheel
from tests.conftest import ROOT


def test_the_wheel_holds_the_verifier_and_nothing_of_the_door() -> None:
    name, body = verifier_wheel.build()
    assert name.endswith("-py3-none-any.whl")
    assert verifier_wheel.build() == (name, body)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = archive.namelist()
        about = name.removesuffix("-py3-none-any.whl") + ".dist-info"
        assert archive.testzip() is None
        record = archive.read(f"{about}/RECORD").decode().splitlines()
    assert {path.split("/")[1] for path in names if path.startswith("shouze/")} == {
        "__init__.py", "errors.py", "language.py", "ledger", "verifier",
    }  # fmt: skip
    assert not [path for path in names if "__pycache__" in path]
    assert [line.split(",")[0] for line in record] == names


def test_the_requirements_that_go_along_are_those_of_the_distribution() -> None:
    assert verifier_wheel.requirements() == (ROOT / "requirements" / "verify.txt").read_text()


def test_wheels_are_taken_by_their_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = {"one-1-py3-none-any.whl": b"one", "two-2-py3-none-any.whl": b"two"}
    lines = [
        f"{name.split('-')[0]}==1 \\\n    --hash=sha256:{sha256(body).hexdigest()}\n" for name, body in bodies.items()
    ]
    monkeypatch.setattr(verifier_wheel, "requirements", lambda: "# listed\n" + "".join(lines))
    for name, body in bodies.items():
        with pytest.raises(NotFoundError, match="two"):
            verifier_wheel.needed(tmp_path)
        (tmp_path / name).write_bytes(body)
    assert verifier_wheel.needed(tmp_path) == bodies
    (tmp_path / "one-1-py3-none-any.whl").write_bytes(b"changed")
    with pytest.raises(InvalidError, match="one-1"):
        verifier_wheel.needed(tmp_path)
