"""The fault table on PostgreSQL: at each statement of each step, each fate, on one log that outlives them all.

The commits are tried always, all other statements with the other systems (``make test-systems``).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.hurting import STATEMENTS, hurt_line
from tests.faults.line import FATES, Line
from tests.faults.mother import Mother
from tests.faults.scenario import Order

ALWAYS = {"staging: commit", "integrating: commit", "the checkpoint: commit"}


@pytest.fixture
def line(postgres_order: tuple[Order, str]) -> Iterator[Line]:
    made = Line(postgres_order[1])
    yield made
    made.cut()


@pytest.mark.parametrize(
    "step", [pytest.param(step, marks=() if step in ALWAYS else pytest.mark.systems) for step in STATEMENTS]
)
async def test_a_fault_of_the_line_at_a_statement(
    mother: Mother, line: Line, postgres_order: tuple[Order, str], step: str
) -> None:
    order, url = postgres_order
    await hurt_line(mother, line, order, url, step, FATES)


async def test_a_line_that_goes_silent_leaves_no_lock_behind(
    mother: Mother, line: Line, postgres_order: tuple[Order, str]
) -> None:
    """The server's end stays open for good; the node writes on under the number that was in doubt."""
    order, url = postgres_order
    line.lingers = True
    await hurt_line(mother, line, order, url, "staging: the batch", ("hangs but is done",))
