"""Three installations for all journeys of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.network.journeys.houses import Houses, raised


@pytest.fixture(scope="package")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    with raised(tmp_path_factory.mktemp("houses")) as three:
        yield three
