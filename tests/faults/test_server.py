"""The fault table on PostgreSQL once more: the server itself crashes at a commit, with all its connections."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import postgres
from tests.faults.hurting import STATEMENTS, crash_server
from tests.faults.line import Line
from tests.faults.mother import Mother
from tests.faults.scenario import Order

pytestmark = pytest.mark.systems


@pytest.fixture(scope="module")
def own_server() -> Iterator[None]:
    """A server that no other test uses."""
    reservation = postgres.Reservation()
    yield
    reservation.end()


@pytest.mark.parametrize("step", [step for step in STATEMENTS if step.endswith("commit")])
async def test_a_server_that_crashes_loses_nothing(own_server: None, mother: Mother, order: Order, step: str) -> None:
    with postgres.database(prepared=True) as url:
        line = Line(url)
        await crash_server(mother, line, order, url, step)
        line.cut()
