"""The memory of runs: one that has not ended is found again, a finished one begins anew."""

from __future__ import annotations

import asyncio

import pytest

from shouze.errors import ConflictError
from shouze.gateway.arriving import Mark
from shouze.intake.ports import Run
from shouze.store.intake import StoredRuns
from shouze.store.opening import Stores
from tests.store.building import HOUR, NOW


def runs(stores: Stores) -> StoredRuns:
    return StoredRuns(stores.databases["custody"])


async def test_a_run_is_found_by_its_digest_until_it_ends(stores: Stores) -> None:
    assert await runs(stores).begin("digest", "first", NOW) == Run("first", "digest", 0, b"", NOW)
    await runs(stores).note(Mark("first", 7, b"body"))
    assert await runs(stores).begin("digest", "second", NOW + HOUR) == Run("first", "digest", 7, b"body", NOW)
    assert (await runs(stores).begin("other", "third", NOW)).id == "third"
    await runs(stores).finish(Mark("first", 9, b"end"), NOW + HOUR)
    assert await runs(stores).begin("digest", "fourth", NOW + HOUR) == Run("fourth", "digest", 0, b"", NOW + HOUR)


async def test_two_that_begin_at_once_are_one_run(stores: Stores, twin: Stores) -> None:
    begun = await asyncio.gather(
        *(runs(each).begin("digest", name, NOW) for each, name in ((stores, "a"), (twin, "b")))
    )
    assert len({each.id for each in begun}) == 1


async def test_a_run_that_has_ended_notes_nothing_more(stores: Stores) -> None:
    await runs(stores).begin("digest", "first", NOW)
    await runs(stores).finish(Mark("first", 9, b"end"), NOW)
    with pytest.raises(ConflictError):
        await runs(stores).note(Mark("first", 10, b""))
    with pytest.raises(ConflictError):
        await runs(stores).finish(Mark("first", 10, b""), NOW)
