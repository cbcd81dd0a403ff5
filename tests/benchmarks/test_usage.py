"""The measuring of records of use runs on both stores; what it measures here is of no worth."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_both_stores_are_measured_and_the_parts_told() -> None:
    command: list[str | Path] = [
        sys.executable, ROOT / "benchmarks" / "usage.py", "--rounds", "2", "--records", "200", "--subjects", "20",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    for word in ("sqlite: 20 subjects", "postgres: 20 subjects", "plain rows", "us a record", "seal", "record"):
        assert word in done.stdout
