"""Hurts one log again and again, at chosen writes or at every one, and checks it after each time and at the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace

from tests.faults.aftermath import check_all, seen_now
from tests.faults.disk import Fate
from tests.faults.mother import Mother
from tests.faults.scenario import Order, at_work

STEPS = {
    "stage": ("record", "record-unavailable"),
    "become_active": ("sequence", "unavailable"),
    "integrate": ("sequence", "unavailable"),
    "remember": ("sequence", "unavailable"),
    "insert_checkpoint": ("sequence", "unavailable"),
    "publish": ("publish", "unavailable"),
    "keep": ("cosign", "unavailable"),
}
"""The calls that write, each with what fails for whoever waits for it, and how."""
COURSE = ["record", "record", "sequence", "publish", "cosign"] * 2
"""The steps of a child, in their order."""
NEVER = 10**9


async def hurt_disk(mother: Mother, order: Order, call: str, fate: Fate, *, every: bool = False) -> int:
    """Let a fate meet the writes of a call, one after another: the first two, one in the middle, the last two, or all.

    Return how many were met.
    """
    async with at_work(order) as operator:
        await operator.sequence()
    acknowledged, seen, met = list[str](), [], 0
    for nth in points(count_writes(mother, order, call), every):
        code, said = mother.bear(replace(order, call=call, fate=fate, nth=nth), end_what_hangs(fate))
        hit = any(line.startswith("hit ") for line in said)
        check_course(code, said, fate if hit else None, *STEPS[call])
        acknowledged += [line.split()[1] for line in said if line.startswith("acknowledged ")]
        seen += await seen_now(order)
        met += hit
    await check_all(order, acknowledged, seen)
    return met


def count_writes(mother: Mother, order: Order, call: str) -> int:
    """Return how many writes a call makes."""
    code, said = mother.bear(replace(order, call=call, nth=NEVER))
    assert code == 0, said
    return NEVER - mother.disk.left


def points(count: int, every: bool) -> list[int]:
    """Return which of so many writes are met."""
    return list(range(1, count + 1)) if every else sorted({1, 2, (count + 1) // 2, count - 1, count} - {0})


def end_what_hangs(fate: str) -> Callable[[int, str], None]:
    """Return what kills a child that a hanging call has stopped for good."""

    def heard(pid: int, line: str) -> None:
        if fate == "hangs" and line.startswith("hit "):
            os.kill(pid, signal.SIGKILL)

    return heard


def check_course(code: int, said: list[str], fate: str | None, step: str, refused: str) -> None:
    """Check how far a child came: to its end, with one refusal and all else done, or to the step that ended it."""
    steps = [line.split() for line in said if line.startswith(("did ", "failed "))]
    failed = [each for each in steps if each[0] == "failed"]
    if fate is None:
        assert (code, failed, said[-1]) == (0, [], "end"), said
    elif fate in {"fails", "fails but is done"}:
        assert (code, said[-1], [each[1] for each in steps]) == (0, "end", COURSE), said
        assert failed in ([], [["failed", step, refused]]), said
    else:
        assert (code, failed) == (-signal.SIGKILL, []), said
        assert [each[1] for each in steps] == COURSE[: len(steps)], said
        assert step == COURSE[len(steps)], said
