"""The measuring programs run; what they measure here is of no worth."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.lasting
def test_every_ratio_is_measured(tmp_path: Path) -> None:
    """GDPRbench has tests of its own."""
    written = tmp_path / "bench.json"
    wanted = ("sqlite", "postgres", "embedded", "log", "space", "import", "usage", "records")
    parts = [each for name in wanted for each in ("--only", name)]
    command: list[str | Path] = [sys.executable, ROOT / "benchmarks" / "bench.py", "--quick", "--json", written, *parts]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    ratios = json.loads(written.read_text())["ratios"]
    names = {each["name"].split()[0].rstrip(",") for each in ratios}
    assert {"G1", "G2", "G3", "G4", "G5", "G6", "G7", "G12", "space", "import", "usage", "records"} <= names
    assert {"record:", "integration:", "verification:"} <= names
    assert all(each["min"] <= each["median"] <= each["max"] for each in ratios)
    assert "goal" in done.stdout


@pytest.mark.lasting
def test_under_load_nothing_is_lost() -> None:
    command: list[str | Path] = [sys.executable, ROOT / "benchmarks" / "soak.py", "--minutes", "0.15", "--rounds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" 0 without their one record") >= 2
