"""A real door where nothing is declared yet: each test declares what comes in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registers.house import Opened, opened_door


@pytest.fixture
def opened(transactional_db: None, tmp_path: Path) -> Iterator[Opened]:
    with opened_door(tmp_path / "home", declared=False) as door:
        yield door
