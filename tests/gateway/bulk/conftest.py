"""The scene on each of the two stores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shouze.settings import Settings
from tests import postgres
from tests.gateway.bulk.scene import Scene, scene


@pytest.fixture(params=["sqlite", "postgres"])
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    if request.param == "sqlite":
        async with scene(tmp_path / "home") as opened:
            yield opened
        return
    with postgres.database(prepared=True) as url:
        async with scene(tmp_path / "home", Settings(database=url)) as opened:
            yield opened


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Scene]:
    """The scene on SQLite alone, for what no database has a part in."""
    async with scene(tmp_path / "home") as opened:
        yield opened
