"""The places on which the sequencer is tried."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.sequencer.places import MemoryPlace, Place, StoredPlace, postgres_log, sqlite_log


@pytest.fixture
async def sqlite_place(tmp_path: Path) -> AsyncIterator[StoredPlace]:
    async with sqlite_log(tmp_path) as place:
        yield place


@pytest.fixture
async def postgres_place() -> AsyncIterator[StoredPlace]:
    async with postgres_log() as place:
        yield place


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> Place:
    """Return an empty log in memory, on SQLite, on PostgreSQL."""
    if request.param == "memory":
        return MemoryPlace()
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture(params=["sqlite", "postgres"])
def stored_place(request: pytest.FixtureRequest) -> StoredPlace:
    """Return an empty log on SQLite, on PostgreSQL."""
    found: StoredPlace = request.getfixturevalue(f"{request.param}_place")
    return found
