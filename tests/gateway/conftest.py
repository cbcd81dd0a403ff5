"""An operator's installation on each of the two stores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shouze.settings import Settings
from shouze.wiring import Installation
from tests import postgres
from tests.installation import MovingClock, operator


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture(params=["sqlite", "postgres"])
async def opened(request: pytest.FixtureRequest, tmp_path: Path, clock: MovingClock) -> AsyncIterator[Installation]:
    if request.param == "sqlite":
        async with operator(tmp_path / "home", clock=clock) as installation:
            yield installation
        return
    with postgres.database(prepared=True) as url:
        async with operator(tmp_path / "home", Settings(database=url), clock=clock) as installation:
            yield installation
