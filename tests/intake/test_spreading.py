"""Chunks checked here or by other processes come in the order of the source and say the same."""

from __future__ import annotations

from collections.abc import Iterator

from shouze.intake.checking import Checked
from shouze.intake.sources.row import Row
from shouze.intake.spreading import spread
from tests.intake.scene import changed, checker


def chunks() -> Iterator[list[Row]]:
    for start in range(0, 60, 10):
        yield [Row(n, changed(sjhm=f"138{n:08}" if n % 7 else "x")) for n in range(start, start + 10)]


async def every(workers: int) -> list[Checked]:
    return [each async for each in spread(checker(), chunks(), workers)]


async def test_other_processes_say_the_same_in_the_same_order() -> None:
    here = await every(0)
    assert here == await every(2)
    assert [each.last for each in here] == list(range(9, 60, 10))


async def test_leaving_early_leaves_no_process_behind() -> None:
    spreading = spread(checker(), chunks(), 1)
    assert (await anext(spreading)).last == 9
    await spreading.aclose()  # type: ignore[attr-defined]  # an asynchronous generator
