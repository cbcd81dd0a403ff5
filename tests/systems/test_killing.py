"""Killing processes under load, for a few rounds: ``make soak`` does it for two hundred."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.systems


def test_processes_that_are_killed_under_load_lose_nothing_and_fork_nothing() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "soak.py"), "--rounds", "6", "--minutes", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for word in ("SQLite, 6 rounds", "PostgreSQL, 6 rounds", "0 of them not of this log", "0 faults", "all is well"):
        assert word in done.stdout
