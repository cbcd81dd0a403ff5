"""Measures what the regime costs: every number is a ratio of two sides that took turns in one run.

``make bench`` takes minutes, ``--quick`` seconds (and says nothing of worth), ``make bench-large`` hours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import embedded
import over_http
from borrowed import postgres
from measuring import Comparison, Ratio, Result, compare, write_results, write_sides

from shouze.settings import Settings

NOTE = """\
Every ratio is the median over {rounds} rounds, with the smallest and the largest round beside it; the sides of a round
ran one right after the other. Load generator, servers and databases shared the {cores} processors of this machine, and
whatever else ran on it. Compare ratios, not rates; no claim about any other product follows from them.\
"""

Measured = list[tuple[Comparison, list[Ratio]]]


def main(arguments: list[str] | None = None, *, users: int = 20_000) -> None:
    """Read the command line, measure, and print sides and ratios; ``--json`` writes all samples to a file."""
    parser = argparse.ArgumentParser(description="Measure what the regime costs.")
    parser.add_argument("--users", type=int, default=users)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long one side runs in one round")
    parser.add_argument("--only", choices=("sqlite", "postgres", "embedded"), help="measure this part alone")
    parser.add_argument("--json", type=Path, help="write every sample to this file")
    parser.add_argument("--quick", action="store_true", help="try that it runs, with tiny numbers")
    given = parser.parse_args(arguments)
    if given.quick:
        given.users, given.rounds, given.seconds = 40, 1, 0.2
    measured, results = asyncio.run(measure(given)), list[Result]()
    for comparison, ratios in measured:
        print(f"{write_sides(comparison)}\n")
        results += compare(comparison, ratios)
    print(write_results(results))
    print(NOTE.format(rounds=given.rounds, cores=os.cpu_count()))
    if given.json:
        given.json.write_text(json.dumps(as_json(measured, results), indent=1))


async def measure(given: argparse.Namespace) -> Measured:
    """Return every comparison that was asked for."""
    measured: Measured = []
    with tempfile.TemporaryDirectory(prefix="shouze-bench-") as folder, postgresql(given.only) as urls:
        home, pace = Path(folder), (given.rounds, given.seconds)
        if given.only != "postgres":
            measured.append((await embedded.measure_door(home / "door", given.users, *pace), embedded.DOOR))
            log = await embedded.measure_log(home / "log", Settings(), *pace)
            measured.append((log, embedded.log_ratios("SQLite")))
        if given.only in {None, "sqlite"}:
            http = await over_http.measure(home / "http", Settings(), given.users, *pace)
            measured.append((http, over_http.ratios("SQLite")))
        if urls:
            log = await embedded.measure_log(home / "postgres-log", Settings(database=urls[0]), *pace)
            measured.append((log, embedded.log_ratios("PostgreSQL")))
            http = await over_http.measure(home / "postgres-http", Settings(database=urls[1]), given.users, *pace)
            measured.append((http, over_http.ratios("PostgreSQL")))
    return measured


@contextmanager
def postgresql(only: str | None) -> Iterator[tuple[str, str] | None]:
    """Lend two empty databases of a private server, where PostgreSQL is asked for."""
    if only in {"sqlite", "embedded"}:
        yield None
        return
    reservation = postgres.Reservation()
    try:
        with postgres.database() as first, postgres.database() as second:
            yield first, second
    finally:
        reservation.end()


def as_json(measured: Measured, results: list[Result]) -> dict[str, object]:
    """Return everything that was measured."""
    sides = {
        comparison.title: {name: [each._asdict() for each in samples] for name, samples in comparison.sides.items()}
        for comparison, _ in measured
    }
    ratios = [
        {"name": each.ratio.name.strip(), "median": each.middle, "min": each.low, "max": each.high,
         "goal": each.ratio.goal, "verdict": each.verdict}
        for each in results
    ]  # fmt: skip
    return {"ratios": ratios, "sides": sides}


if __name__ == "__main__":
    main()
