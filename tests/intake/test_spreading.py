"""Chunks checked here or by other processes come in the order of the source and say the same."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence

import pytest

from shouze.errors import UnavailableError
from shouze.intake.checking import Checked, Checker
from shouze.intake.sources.row import Row
from shouze.intake.spreading import spread
from tests.intake.scene import changed, checker


def chunks() -> Iterator[list[Row]]:
    for start in range(0, 60, 10):
        yield [Row(n, changed(sjhm=f"138{n:08}" if n % 7 else "x")) for n in range(start, start + 10)]


class Dying(Checker):
    """Ends the process that checks with it."""

    def check(self, rows: Sequence[Row]) -> Checked:
        os._exit(1)


async def every(workers: int, alone: int = 0) -> list[Checked]:
    return [each async for each in spread(checker(), chunks(), workers, alone)]


async def test_other_processes_say_the_same_in_the_same_order() -> None:
    here = await every(0)
    assert here == await every(2)
    assert here == await every(1, alone=2)
    assert [each.last for each in here] == list(range(9, 60, 10))


async def test_leaving_early_leaves_no_process_behind() -> None:
    spreading = spread(checker(), chunks(), 1)
    assert (await anext(spreading)).last == 9
    await spreading.aclose()


async def test_a_short_source_starts_no_process() -> None:
    before = multiprocessing.active_children()
    assert await every(1, alone=6) == await every(0)
    assert multiprocessing.active_children() == before


async def test_a_process_that_is_ended_from_outside_is_told_with_what_to_do() -> None:
    dying = checker()
    dying.__class__ = Dying
    with pytest.raises(UnavailableError) as caught:
        _ = [each async for each in spread(dying, chunks(), 1)]
    assert caught.value.field == "--workers"
