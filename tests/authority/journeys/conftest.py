"""One authority for all journeys of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.authority.journeys.staging import staged
from tests.desk.journeys.stage import Stage


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("authority") / "home") as opened:
        yield opened
