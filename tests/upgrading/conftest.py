"""The installation of version 0.1.0, on each of the two databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.upgrading.installed import Installed, install


@pytest.fixture(params=["sqlite", "postgres"])
def first(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installed]:
    """Return the installation as 0.1.0 left it."""
    if request.param == "sqlite":
        yield install("0.1.0", tmp_path / "home")
        return
    with postgres.database() as url:
        yield install("0.1.0", tmp_path / "home", url)
