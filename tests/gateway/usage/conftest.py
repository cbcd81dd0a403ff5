"""An operator that keeps records of use, on each of the two stores."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shouze.settings import Settings
from shouze.wiring import Installation
from tests import postgres
from tests.gateway.usage.scene import feeding
from tests.installation import MovingClock


@pytest.fixture(params=["sqlite", "postgres"])
async def opened(request: pytest.FixtureRequest, tmp_path: Path, clock: MovingClock) -> AsyncIterator[Installation]:
    if request.param == "sqlite":
        async with feeding(tmp_path / "home", None, clock) as installation:
            yield installation
        return
    with postgres.database(prepared=True) as url:
        async with feeding(tmp_path / "home", Settings(database=url), clock) as installation:
            yield installation
