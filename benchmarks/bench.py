"""Measures what the regime costs: every number is a ratio of two sides that took turns in one run.

``make bench`` takes minutes, ``--quick`` seconds (and says nothing of worth), ``make bench-large`` hours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import embedded
import importing
import inspecting
import over_http
import recorded
import space
import usage
from borrowed import postgres
from charts import write_charts
from gdprbench import running as gdprbench
from gdprbench.mixes import ROLES
from gdprbench.spending import write_spent
from measuring import Comparison, Ratio, Result, Sample, compare, write_results, write_sides

from shouze.settings import Settings

NOTE = """\
Every ratio is the median over {rounds} rounds, with the smallest and the largest round beside it; the sides of a round
ran one right after the other. Load generator, servers and databases shared the {cores} processors of this machine, and
whatever else ran on it. Compare ratios, not rates; no claim about any other product follows from them.\
"""
PARTS = ("sqlite", "postgres", "embedded", "log", "gdprbench", "space", "import", "usage", "records")
FILE = "bench.json"
LARGE = 1_000_000


class Part(NamedTuple):
    """What one comparison came to: its sides in words, its ratios, and all samples."""

    title: str
    told: str
    results: list[Result]
    sides: dict[str, Any]


def main(arguments: list[str] | None = None, *, users: int = 20_000) -> None:
    """Read the command line, measure, and print sides and ratios; ``--json`` writes all samples to a file."""
    parser = argparse.ArgumentParser(description="Measure what the regime costs.")
    parser.add_argument("--users", type=int, default=users)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long one side runs in one round")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part alone; may be repeated")
    parser.add_argument("--json", type=Path, help="write every sample to this file")
    parser.add_argument("--into", type=Path, help="write the samples into this folder, beside what stands, and charts")
    parser.add_argument("--quick", action="store_true", help="try that it runs, with tiny numbers")
    given = parser.parse_args(arguments)
    if given.quick:
        given.users, given.rounds, given.seconds, given.into = 40, 1, 0.2, None
    parts = asyncio.run(measure(given))
    print(write_results([result for part in parts for result in part.results]))
    print(NOTE.format(rounds=given.rounds, cores=os.cpu_count()))
    measured = as_json(parts)
    if given.json:
        given.json.write_text(json.dumps(measured, indent=1))
    if given.into:
        keep(measured, given.into)


async def measure(given: argparse.Namespace) -> list[Part]:
    """Return every part that was asked for, each told when it is there."""
    parts = []
    with tempfile.TemporaryDirectory(prefix="shouze-bench-") as folder:
        async for part in _parts(given, Path(folder), set(given.only or PARTS)):
            print(f"{part.told}\n", flush=True)
            parts.append(part)
    return parts


async def _parts(given: argparse.Namespace, home: Path, wanted: set[str]) -> AsyncIterator[Part]:
    pace = (given.rounds, given.seconds)
    if "embedded" in wanted:
        yield _part(await embedded.measure_door(home / "door", given.users, *pace), embedded.DOOR)
    if wanted & {"embedded", "sqlite"}:
        log = await embedded.measure_log(home / "log", Settings(), *pace)
        yield _part(log, embedded.log_ratios("SQLite"))
    if "sqlite" in wanted:
        http = await over_http.measure(home / "http", Settings(), given.users, *pace)
        yield _part(http, over_http.ratios("SQLite"))
    if "postgres" in wanted:
        with postgresql() as first, postgres.database() as second:
            log = await embedded.measure_log(home / "postgres-log", Settings(database=first), *pace)
            yield _part(log, embedded.log_ratios("PostgreSQL"))
            http = await over_http.measure(home / "postgres-http", Settings(database=second), given.users, *pace)
            yield _part(http, over_http.ratios("PostgreSQL"))
    others = (
        ("log", _log), ("space", _space), ("import", _import), ("usage", _usage), ("records", _records),
        ("gdprbench", _gdprbench),
    )  # fmt: skip
    for name, measured in others:
        if name in wanted:
            async for part in measured(given, home / name):
                yield part


async def _log(given: argparse.Namespace, home: Path) -> AsyncIterator[Part]:
    pace = (min(given.users, 2_000), given.rounds, given.seconds)
    grown = await recorded.measure_log(home / "grown", given.rounds, 300 if given.quick else recorded.RECORDS)
    yield Part(grown.title, write_sides(grown), recorded.log_results(grown), _sides(grown))
    with postgresql() as url:
        for store, settings in (("sqlite", Settings()), ("postgres", Settings(database=url))):
            added = await recorded.measure_latency(home / store, settings, *pace)
            yield Part(added.title, write_sides(added), recorded.latency_results(added), _sides(added))


async def _space(given: argparse.Namespace, home: Path) -> AsyncIterator[Part]:
    users = min(given.users, 5_000)
    with postgresql() as url:
        for store, settings in (("SQLite", Settings()), ("PostgreSQL", Settings(database=url))):
            found = await space.measure(home / store, settings, users)
            sides = {each.title: each._asdict() for each in found}
            yield Part(f"Space, {users:,} users, {store}", space.write(found), space.results(found), sides)


async def _import(given: argparse.Namespace, home: Path) -> AsyncIterator[Part]:
    with postgresql() as url:
        found = await importing.measure(home, Settings(database=url), given.users)
    title = f"Import of {given.users:,} subscribers, PostgreSQL"
    sides = {**found._replace(memory=[])._asdict(), "peaks": found.peaks()}
    yield Part(title, importing.write(found), importing.results(found), sides)


async def _usage(given: argparse.Namespace, home: Path) -> AsyncIterator[Part]:
    subjects, records = ([20], 200) if given.quick else ([500, 10_000], usage.MOST)
    for found in await usage.measure_all(home, given.rounds, subjects, records):
        title = f"Usage, {found.title}"
        yield Part(title.partition(";")[0], usage.write_measured(found), usage.results(found), found._asdict())


async def _records(given: argparse.Namespace, _: Path) -> AsyncIterator[Part]:
    records = given.users * 5  # with a million users, the five million records that the goal names
    uses = max(records // 100, 2)
    with postgresql() as url:
        found = await inspecting.measure(url, records, uses, uses * 2 // 5 or 1, given.rounds)
    sides = {**found._asdict(), "tally": found.tally._asdict()}
    title = f"Records, one account among {records:,}, PostgreSQL"
    yield Part(title, inspecting.write(found), inspecting.results(found), sides)


async def _gdprbench(given: argparse.Namespace, _: Path) -> AsyncIterator[Part]:
    size = gdprbench.Size(operations=1_000 if given.users >= LARGE else 100)
    size = gdprbench.QUICK if given.quick else size._replace(rounds=min(given.rounds, size.rounds))
    measured = await gdprbench.measure(size, ("repo", "paper"), ROLES)
    for comparison, ratios in measured.comparisons:
        spent = [each for each in measured.spent if each.title == comparison.title]
        told = f"{write_sides(comparison)}\n{write_spent(spent)}"
        sides = {**_sides(comparison), "spent": [each._asdict() for each in spent]}
        yield Part(comparison.title, told, compare(comparison, ratios), sides)


def _part(comparison: Comparison, ratios: list[Ratio]) -> Part:
    return Part(comparison.title, write_sides(comparison), compare(comparison, ratios), _sides(comparison))


def _sides(comparison: Comparison) -> dict[str, list[dict[str, Any]]]:
    return {name: [Sample._asdict(each) for each in samples] for name, samples in comparison.sides.items()}


@contextmanager
def postgresql() -> Iterator[str]:
    """Lend an empty database of a private server."""
    reservation = postgres.Reservation()
    try:
        with postgres.database() as url:
            yield url
    finally:
        reservation.end()


def as_json(parts: list[Part]) -> dict[str, Any]:
    """Return everything that was measured, and when, on how many processors."""
    when, cores = datetime.now(UTC).date().isoformat(), os.cpu_count()
    ratios = [
        {"name": each.ratio.name.strip(), "comparison": part.title, "median": each.middle, "min": each.low,
         "max": each.high, "goal": each.ratio.goal, "at_least": each.ratio.at_least, "verdict": each.verdict,
         "on": when, "cores": cores}
        for part in parts
        for each in part.results
    ]  # fmt: skip
    return {"ratios": ratios, "sides": {part.title: part.sides for part in parts}}


def keep(measured: dict[str, Any], folder: Path) -> None:
    """Write the samples and charts into a folder; what was measured there before and is not now stays."""
    file = folder / FILE
    before: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {"ratios": [], "sides": {}}
    again = measured["sides"].keys()
    others = [each for each in before["ratios"] if each["comparison"] not in again]
    whole = {"ratios": [*others, *measured["ratios"]], "sides": {**before["sides"], **measured["sides"]}}
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(whole, indent=1) + "\n")
    for path in write_charts(whole, folder):
        print(path)


if __name__ == "__main__":
    main()
