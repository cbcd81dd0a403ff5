"""The staging that the journal is tried with keeps the port's promises itself."""

from __future__ import annotations

import pytest

from shouze.errors import ConflictError
from shouze.journal.staging import Batch, Staging
from tests.journal.simulator import Simulator

BATCH = Batch(1, "boot-1", 1, (b"leaf",), (), (), 0)


async def test_a_second_batch_under_the_same_key_is_an_error_and_changes_nothing() -> None:
    staging: Staging = Simulator()
    await staging.stage(BATCH)
    with pytest.raises(ConflictError):
        await staging.stage(BATCH._replace(leaves=(b"other",)))
    assert await staging.find(1, "boot-1", 1) == (b"leaf",)


async def test_what_was_never_staged_is_not_found() -> None:
    staging: Staging = Simulator()
    await staging.stage(BATCH)
    for key in ((1, "boot-1", 2), (2, "boot-1", 1), (1, "boot-2", 1)):
        assert await staging.find(*key) is None
