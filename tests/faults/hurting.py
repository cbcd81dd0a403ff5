"""Hurts one log again and again, at chosen writes or at every one, and checks it after each time and at the end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import psycopg

from tests.faults.aftermath import check_all, seen_now
from tests.faults.disk import Fate
from tests.faults.line import Fate as LineFate
from tests.faults.line import Fault, Line
from tests.faults.mother import PATIENCE, Mother
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
HANGING = 1.0
"""Seconds that a line that hangs is waited for."""

STAGING, STATE, CHECKPOINT = "INSERT INTO log.staging", "UPDATE log.log_state SET", "INSERT INTO log.checkpoint"
STATEMENTS = {
    "staging: the batch": (STAGING, False, "record"),
    "staging: the openings": ("INSERT INTO log.opening", False, "record"),
    "staging: commit": (STAGING, True, "record"),
    "taking over: the lock": ("pg_try_advisory_lock", False, "sequence"),
    "taking over: the epoch": (f"{STATE} epoch = epoch + 1", False, "sequence"),
    "taking over: commit": (f"{STATE} epoch = epoch + 1", True, "sequence"),
    "reading what waits": ("FROM log.staging s LEFT JOIN", False, "sequence"),
    "integrating: the fence": (f"{STATE} size", False, "sequence"),
    "integrating: the bundles": ("INSERT INTO log.bundle", False, "sequence"),
    "integrating: the tiles": ("INSERT INTO log.tile", False, "sequence"),
    "integrating: the places": ("UPDATE log.staging SET sequenced", False, "sequence"),
    "integrating: the chains": ("INSERT INTO log.applied", False, "sequence"),
    "integrating: commit": (f"{STATE} size", True, "sequence"),
    "reading back": ("WHERE sequenced IS NOT NULL AND sequenced >=", False, "sequence"),
    "the checkpoint": (CHECKPOINT, False, "sequence"),
    "the checkpoint: commit": (CHECKPOINT, True, "sequence"),
    "the cosignature": ("INSERT INTO log.cosignature", False, "cosign"),
}
"""What a fault of the line waits for: a text in a statement, whether its commit is meant, and which step it stops."""


async def hurt_disk(mother: Mother, order: Order, call: str, fate: Fate, *, every: bool = False, url: str = "") -> int:
    """Let a fate meet the writes of a call, one after another: the first, one in the middle and the last, or every one.

    Return how many were met.
    """
    order = replace(order, url=url)
    async with at_work(order) as operator:
        await operator.sequence()
    acknowledged, seen, met = list[str](), [], 0
    for nth in points(count_writes(mother, order, call), every):
        code, said = mother.bear(replace(order, call=call, fate=fate, nth=nth), end_what_hangs(fate))
        hit = any(line.startswith("hit ") for line in said)
        check_course(code, said, fate if hit else None, *STEPS[call])
        acknowledged += acknowledged_in(said)
        seen += await seen_now(order)
        met += hit
    await check_all(order, acknowledged, seen)
    return met


async def hurt_line(mother: Mother, line: Line, order: Order, url: str, step: str, fates: Sequence[LineFate]) -> None:
    """Let each fate meet the statement of a step, one after another; ``url`` is the server's own."""
    text, commit, course = STATEMENTS[step]
    refused = "record-unavailable" if course == "record" else "unavailable"
    async with at_work(replace(order, url=url)) as operator:
        await operator.sequence()
    acknowledged, seen = list[str](), []
    for fate in fates:
        fault = Fault(text, fate, commit=commit)

        def born(pid: int, waiting: Fault = fault) -> None:
            waiting.victim, line.fault = pid, waiting

        patience = HANGING if "hangs" in fate else order.patience
        code, said = mother.bear(replace(order, url=line.url, patience=patience), born=born)
        assert fault.hit.is_set(), (step, fate, said)
        if "killed" in fate:
            check_death(code, said, course)
        else:
            assert check_end(code, said) == [(course, refused)], said
        line.hang_up()
        acknowledged += acknowledged_in(said)
        seen += await seen_now(order)
    await check_all(replace(order, url=url), acknowledged, seen)


async def crash_server(mother: Mother, line: Line, order: Order, url: str, step: str) -> None:
    """Let the whole server crash at the statement of a step, before it and after it; it recovers by itself."""
    text, commit, _ = STATEMENTS[step]
    async with at_work(replace(order, url=url)) as operator:
        await operator.sequence()
    acknowledged, seen = list[str](), []
    fates: tuple[LineFate, ...] = ("killed before", "killed after")
    for fate in fates:
        fault = line.fault = Fault(text, fate, commit=commit, crash=True)
        code, said = mother.bear(replace(order, url=line.url, patience=2 * HANGING))
        assert fault.hit.is_set(), (step, fate, said)
        assert {why for _, why in check_end(code, said)} <= {"record-unavailable", "unavailable"}
        acknowledged += acknowledged_in(said)
        seen += await seen_now(order)
        await_server(url)
    await check_all(replace(order, url=url), acknowledged, seen)


def await_server(url: str) -> None:
    """Wait until the server has recovered."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def acknowledged_in(said: list[str]) -> list[str]:
    """Return the hashes of the records that a child calls durable."""
    return [line.split()[1] for line in said if line.startswith("acknowledged ")]


def count_writes(mother: Mother, order: Order, call: str) -> int:
    """Return how many writes a call makes."""
    code, said = mother.bear(replace(order, call=call, nth=NEVER))
    assert code == 0, said
    return NEVER - mother.disk.left


def points(count: int, every: bool) -> list[int]:
    """Return which of so many writes are met."""
    return list(range(1, count + 1)) if every else sorted({1, (count + 1) // 2, count})


def end_what_hangs(fate: str) -> Callable[[int, str], None]:
    """Return what kills a child that a hanging call has stopped for good."""

    def heard(pid: int, line: str) -> None:
        if fate == "hangs" and line.startswith("hit "):
            os.kill(pid, signal.SIGKILL)

    return heard


def check_course(code: int, said: list[str], fate: str | None, step: str, refused: str) -> None:
    """Check how far a child of a hurt disk came: to its end, with one refusal at most, or to the step that ended it."""
    if fate in {"fails", "fails but is done"}:
        assert check_end(code, said) in ([], [(step, refused)]), said
    elif fate is None:
        assert check_end(code, said) == [], said
    else:
        check_death(code, said, step)


def check_end(code: int, said: list[str]) -> list[tuple[str, str]]:
    """Check that a child came through all its steps; return those that failed, each with its code."""
    steps = _steps(said)
    assert (code, said[-1], [each[1] for each in steps]) == (0, "end", COURSE), said
    return [(step, why) for word, step, *why_ in steps if word == "failed" for why in why_]


def check_death(code: int, said: list[str], step: str) -> None:
    """Check that a child was killed in a step, and that nothing failed before."""
    steps = _steps(said)
    assert code == -signal.SIGKILL, said
    assert [each[:2] for each in steps] == [["did", each] for each in COURSE[: len(steps)]], said
    assert step == COURSE[len(steps)], said


def _steps(said: list[str]) -> list[list[str]]:
    return [line.split() for line in said if line.startswith(("did ", "failed "))]
