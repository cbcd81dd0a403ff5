"""Runs the benchmark alone: ``python -m benchmarks.gdprbench --quick``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gdprbench.running import main

main()
