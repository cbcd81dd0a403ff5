"""A log to be hurt, and the process whose children hurt it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.faults.mother import Mother
from tests.faults.scenario import Order
from tests.installation import furnish


@pytest.fixture(scope="module")
def mother(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    with Mother(tmp_path_factory.mktemp("mother")) as born:
        yield born


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """A log in a file, empty, with a witness."""
    for name in ("home", "witness"):
        furnish(tmp_path / name)
    return Order(tmp_path / "home", tmp_path / "witness")


@pytest.fixture
def postgres_order(order: Order) -> Iterator[tuple[Order, str]]:
    """The same on PostgreSQL, and the database's URL."""
    with postgres.database(prepared=True) as url:
        yield order, url
