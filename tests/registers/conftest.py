"""A real door for the registers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registers.house import Opened, opened_door


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    with opened_door(tmp_path / "home") as door:
        yield door
