"""One running installation for each file of journeys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.desk.journeys.stage import Stage, raised


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with raised(tmp_path_factory.mktemp("desk") / "home") as opened:
        yield opened
