"""Batching: what waits together is asked together, and everybody gets their own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from shouze.errors import UnavailableError
from shouze.gateway.batching import Batching


class Oracle:
    """Doubles numbers; slowly when ``pause`` says so; fails on negative ones."""

    def __init__(self, pause: float = 0.0) -> None:
        self.pause = pause
        self.asked: list[list[int]] = []
        self.busy = self.busiest = 0

    async def __call__(self, questions: Sequence[int]) -> Sequence[int]:
        """Answer a list of questions."""
        self.asked.append(list(questions))
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        await asyncio.sleep(self.pause)
        self.busy -= 1
        if min(questions) < 0:
            raise ZeroDivisionError
        return [2 * question for question in questions]


async def test_questions_of_one_turn_are_asked_at_once() -> None:
    oracle = Oracle()
    ask = Batching[int, int](oracle)
    assert await asyncio.gather(*(ask(number) for number in range(10))) == [2 * number for number in range(10)]
    assert oracle.asked == [list(range(10))]


async def test_a_burst_is_divided_among_the_asks_but_not_below_the_least() -> None:
    oracle = Oracle(0.001)
    ask = Batching[int, int](oracle, width=3, most=8, least=4)
    for burst, sizes in ((3, [3]), (7, [4, 3]), (15, [5, 4, 4, 2]), (30, [8, 8, 5, 4, 4, 1])):
        oracle.asked.clear()
        assert await asyncio.gather(*(ask(number) for number in range(burst))) == [2 * each for each in range(burst)]
        assert [len(each) for each in oracle.asked] == sizes


async def test_a_lonely_question_waits_for_nobody() -> None:
    assert await asyncio.wait_for(Batching[int, int](Oracle())(4), 60) == 8


async def test_no_more_asks_than_the_width_and_no_more_questions_than_the_most() -> None:
    oracle = Oracle(0.001)
    ask = Batching[int, int](oracle, width=2, most=3)

    async def late(number: int) -> int:
        await asyncio.sleep(number * 0.0001)
        return await ask(number)

    assert await asyncio.gather(*(late(number) for number in range(30))) == [2 * number for number in range(30)]
    assert oracle.busiest == 2
    assert max(map(len, oracle.asked)) <= 3
    assert sorted(number for batch in oracle.asked for number in batch) == list(range(30))


async def test_an_error_reaches_all_that_took_part_and_nobody_else() -> None:
    ask = Batching[int, int](Oracle())
    found = await asyncio.gather(ask(1), ask(-1), return_exceptions=True)
    assert [type(each) for each in found] == [ZeroDivisionError] * 2
    assert await ask(1) == 2


async def test_who_goes_away_takes_no_answer_from_the_others() -> None:
    ask = Batching[int, int](Oracle(0.002))
    tasks = [asyncio.ensure_future(ask(number)) for number in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert (found[0], found[2]) == (0, 4)
    assert isinstance(found[1], asyncio.CancelledError)


class Noted:
    """A place that notes what it is told."""

    def __init__(self) -> None:
        self.told = list[object]()

    def done(self) -> bool:
        """Wait on."""
        return False

    def set_result(self, result: int) -> None:
        """Note the answer."""
        self.told.append(result)

    def set_exception(self, exception: Exception) -> None:
        """Note what went wrong."""
        self.told.append(type(exception))


async def test_an_answer_can_be_told_to_whoever_stands_in_for_a_future() -> None:
    ask, good, bad = Batching[int, int](Oracle()), Noted(), Noted()
    ask.put(4, good)
    await ask(1)
    ask.put(-1, bad)
    with pytest.raises(ZeroDivisionError):
        await ask(5)
    assert (good.told, bad.told) == ([8], [ZeroDivisionError])


@pytest.mark.parametrize("turns", [0, 1])
async def test_who_asks_when_everything_is_cancelled_is_told_and_later_questions_are_answered(turns: int) -> None:
    """As when a loop ends: what was under way is cancelled, before its first step even, and clears up after itself."""
    ask = Batching[int, int](Oracle(60), width=2, most=1)
    askers = [asyncio.create_task(_told(ask, number)) for number in range(4)]
    for _ in range(1 + turns):
        await asyncio.sleep(0)
    for each in asyncio.all_tasks() - {*askers, asyncio.current_task()}:
        each.cancel()
    assert await asyncio.wait_for(asyncio.gather(*askers), 60) == [UnavailableError] * 4
    ask._ask = Oracle()
    assert await asyncio.wait_for(ask(4), 60) == 8


async def _told(ask: Batching[int, int], number: int) -> object:
    try:
        return await ask(number)
    except UnavailableError as problem:
        return type(problem)
