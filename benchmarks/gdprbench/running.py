"""Runs the sides in turns on copies of what they loaded, checks what each answers and leaves, and compares."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import psycopg
from borrowed import postgres
from measuring import Comparison, Ratio, Result, Sample, compare, take_turns, write_results, write_sides

from shouze.wiring.memory import settle_memory

from .checking import check_answers, check_state
from .door import Door
from .lending import copy_of, server
from .mixes import MIXES, ROLES, Mix
from .model import Answer, Model
from .operations import Stream
from .records import TTL, USERS
from .sides import Opened, Side, StandingClock
from .spending import Spent, write_spent
from .tables import Tables

SHORTEST = timedelta(days=int(TTL[0]) + 1)
SWEEP_SECONDS = 1.0
LOADING = "GDPRbench, before the runs"


class Size(NamedTuple):
    """How large a run is."""

    records: int = 10_000
    operations: int = 1_000
    rounds: int = 3
    users: int = USERS


QUICK = Size(records=120, operations=40, rounds=1, users=50)


class Measured(NamedTuple):
    """Everything that was measured: comparisons with their ratios, and where the time of each went."""

    comparisons: list[tuple[Comparison, list[Ratio]]]
    spent: list[Spent]


async def measure(size: Size, variants: Sequence[str], roles: Sequence[str]) -> Measured:
    """Load every side once, then run each mix in turns."""
    measured = Measured([], [])
    sides: list[Side] = [
        Tables(compliant=False, users=size.users),
        Tables(compliant=True, users=size.users),
        Door(size.users),
    ]
    with server(), postgres.database() as plain, postgres.database() as compliant, postgres.database() as door:
        loaded = list(zip(sides, (plain, compliant, door), strict=True))
        for side, url in loaded:
            measured.spent.extend(await _load(side, url, size))
        for variant in variants:
            for role in (each for each in MIXES[variant] if each in roles):
                title = f"GDPRbench, {variant}, {role}"
                turns = {
                    side.name: partial(_turn, side, url, title, MIXES[variant][role], size, measured.spent)
                    for side, url in loaded
                }
                measured.comparisons.append((await take_turns(title, turns, size.rounds), ratios(variant, role)))
    return measured


def ratios(variant: str, role: str) -> list[Ratio]:
    """Return what is compared of one mix: completion times, so the fewer the better."""
    name = f"[{variant}, {role}]"
    return [
        Ratio(f"G13 door time / plain {name}", "plain", "door", goal=1.5, at_least=False),
        Ratio(f"    door time / compliant {name}", "compliant", "door", goal=1.0, at_least=False),
        Ratio(f"    compliant time / plain {name}", "plain", "compliant"),
    ]


async def _load(side: Side, url: str, size: Size) -> list[Spent]:
    """Load a side, let the shortest life pass, and purge what has expired; every run begins with what is left."""
    begin = time.perf_counter()
    await side.load(url, size.records, size.records + size.operations)
    loaded, clock = time.perf_counter(), StandingClock()
    clock.move(SHORTEST)
    async with side.opened(url, clock) as opened:
        await opened.expire()
    ended, expired = time.perf_counter(), Model(size.records, size.users).expire()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return [
        Spent(LOADING, side.name, "create", size.records, loaded - begin),
        Spent(LOADING, side.name, "expire", expired, ended - loaded),
    ]


async def _turn(side: Side, url: str, title: str, mix: Mix, size: Size, spent: list[Spent]) -> Sample:
    """Run one mix on a copy of one side; RuntimeError when an answer or the final state is not right."""
    operations = Stream(size.records, seed=sum(title.encode())).draw(mix, size.operations)
    model, clock = Model(size.records, size.users), StandingClock()
    clock.move(SHORTEST)
    model.expire()
    right = [model.apply(operation) for operation in operations]
    with copy_of(url) as copied:
        async with side.opened(copied, clock) as opened:
            answers: list[Answer] = []
            seconds = defaultdict[str, list[float]](list)
            settle_memory()
            async with _sweeping(opened if side.sweeps else None):
                begin = time.perf_counter()
                for operation in operations:
                    start = time.perf_counter()
                    answers.append(await opened.do(operation))
                    seconds[operation.kind].append(time.perf_counter() - start)
                took = time.perf_counter() - begin
            check_answers(f"{title}, {side.name}", operations, right, answers)
            check_state(f"{title}, {side.name}", model.state, await opened.state())
    spent += [Spent(title, side.name, kind, len(each), sum(each)) for kind, each in seconds.items()]
    return Sample(len(operations) / took)


@asynccontextmanager
async def _sweeping(opened: Opened | None) -> AsyncIterator[None]:
    """Let expired records be looked for every second beside what stands within."""

    async def sweep() -> None:
        while opened is not None:
            await asyncio.sleep(SWEEP_SECONDS)
            await opened.expire()

    sweeping = asyncio.create_task(sweep())
    try:
        yield
    finally:
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, measure, and print sides, ratios and where the time went."""
    parser = argparse.ArgumentParser(
        prog="gdprbench", description="GDPRbench on plain and compliant PostgreSQL and at the door."
    )
    parser.add_argument(
        "--variant", choices=tuple(MIXES), action="append", help="repo, paper (both by default) or brown"
    )
    parser.add_argument("--role", choices=ROLES, action="append", help="all by default")
    for name, value in Size()._asdict().items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--quick", action="store_true", help="try that it runs, with tiny numbers")
    given = parser.parse_args(arguments)
    size = QUICK if given.quick else Size(given.records, given.operations, given.rounds, given.users)
    measured = asyncio.run(measure(size, given.variant or ["repo", "paper"], given.role or ROLES))
    results: list[Result] = []
    for comparison, wanted in measured.comparisons:
        print(f"{write_sides(comparison)}\n")
        results += compare(comparison, wanted)
    print(f"{write_spent(measured.spent)}\n\n{write_results(results)}")
