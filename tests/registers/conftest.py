"""A real door for the registers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registers.house import Opened, opened_door
from tests.registers.sites import Site, site


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    with opened_door(tmp_path / "home") as door:
        yield door


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as served:
        yield served
