"""The fault table on files: at writes of each step, each fate, on one log that outlives them all.

As Sunlight's ``TestSequenceErrors``: {staging, taking over, integrating, remembering, storing the checkpoint,
publishing, keeping the cosignature} x {fails, fails but is done, hangs, killed before, killed after}.
"""

from __future__ import annotations

import pytest

from tests.faults.disk import FATES, Fate
from tests.faults.hurting import STEPS, hurt_disk
from tests.faults.mother import Mother
from tests.faults.scenario import Order

EACH = [False, pytest.param(True, marks=pytest.mark.systems)]


@pytest.mark.parametrize("every", EACH, ids=["some", "every"])
@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("call", STEPS)
async def test_a_fault_of_the_disk_at_a_write(mother: Mother, order: Order, call: str, fate: Fate, every: bool) -> None:
    assert await hurt_disk(mother, order, call, fate, every=every) >= 2


@pytest.mark.systems
@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("call", ["remember", "publish"])
async def test_a_fault_of_the_disk_beside_a_server(
    mother: Mother, postgres_order: tuple[Order, str], call: str, fate: Fate
) -> None:
    order, url = postgres_order
    assert await hurt_disk(mother, order, call, fate, every=True, url=url) >= 2
