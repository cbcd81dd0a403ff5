"""Measures the handling log by itself: what a record adds to a release, how fast the log grows and is verified.

* The latency of a release with its record written, less that of the same release with its record kept nowhere, against
  one commit of the same bytes by the bare driver on the same store.
* Records a second that the sequencer integrates and signs, for each core: by the processor time of its process.
* Bytes a second that ``shouze log verify`` goes through, against SHA-256 over the same bytes.
"""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import ExitStack
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import median

from bare import SIZE, Once, bare_commits
from embedded import CRM, record_of, without_log
from measuring import Comparison, Ratio, Result, Sample, take_turns
from population import filled, request_about

from shouze.gateway.door import Door
from shouze.ledger.tile import FULL
from shouze.settings import Settings
from shouze.wiring.log import open_log, sequencer
from shouze.wiring.memory import settle_memory
from shouze.wiring.verifying import verify

RECORDS = 20_000
"""Records that are integrated in one round."""
TOGETHER = 2_000
ONE, MANY = "1 caller", "64 tasks"


async def measure_latency(home: Path, settings: Settings, users: int, rounds: int, seconds: float) -> Comparison:
    """Let one caller and 64 release with and without their records written, and commit the same bytes alone."""
    store = "PostgreSQL" if settings.database else "SQLite"
    with ExitStack() as stack:
        async with filled(home, settings, users) as (opened, subjects):
            unwritten = without_log(opened)
            settle_memory()
            release, bare = partial(_release, opened.door, subjects), partial(_release, unwritten, subjects)
            sides = {
                f"{ONE}, record written": partial(_timed, release, 1, seconds),
                f"{ONE}, record kept nowhere": partial(_timed, bare, 1, seconds),
                f"{MANY}, records written": partial(_timed, release, 64, seconds),
                f"{MANY}, records kept nowhere": partial(_timed, bare, 64, seconds),
                f"one commit of {SIZE:,} bytes": partial(
                    _timed, stack.enter_context(bare_commits(home, settings)), 1, seconds
                ),
            }
            return await take_turns(f"Latency of a record, {store}", sides, rounds)


def latency_results(comparison: Comparison) -> list[Result]:
    """Return how many commits' time a record adds to a release: half of all, and 99 % of all."""
    sides, store = list(comparison.sides.values()), comparison.title.rpartition(" ")[2]
    results = []
    for name, written, nowhere, goal in ((ONE, sides[0], sides[1], 1.2), (MANY, sides[2], sides[3], None)):
        for quantity in ("p50", "p99"):
            added = [
                (getattr(one, quantity) - getattr(other, quantity)) / getattr(commit, quantity)
                for one, other, commit in zip(written, nowhere, sides[4], strict=True)
            ]
            ratio = Ratio(f"record: {quantity} added, {name} / one commit's [{store}]", "", "", quantity, goal, False)
            results.append(Result(ratio, median(added), min(added), max(added)))
    return results


async def measure_log(home: Path, rounds: int, records: int) -> Comparison:
    """Write records, integrate them, verify the whole log and hash its bytes, round after round; on SQLite."""
    comparison = Comparison(
        f"Integrating and verifying, {records:,} records a round, SQLite",
        {"integrated, a core": [], "verified, bytes": [], "SHA-256, bytes": []},
    )
    integrated, verified, hashed = comparison.sides.values()
    async with filled(home, Settings(), 1) as (opened, _):
        for _ in range(rounds):
            for start in range(0, records, TOGETHER):
                some = range(min(TOGETHER, records - start))
                await asyncio.gather(*(opened.journal.record(record_of(opened)) for _ in some))
            integrated.append(await _integrate(home))
            bodies = await _bundles(home)
            size = sum(map(len, bodies))
            verified.append(await _verify(home, size))
            hashed.append(_hash(bodies, size))
    return comparison


def log_results(comparison: Comparison) -> list[Result]:
    """Return the rate of integration, and the rate of verification against SHA-256."""
    integrated, verified, hashed = comparison.sides.values()
    rates = [each.per_second for each in integrated]
    ratios = [one.per_second / other.per_second for one, other in zip(verified, hashed, strict=True)]
    grown = Ratio("integration: records a second and core", "integrated, a core", "", goal=100_000)
    read = Ratio("verification: bytes a second / SHA-256 of them", "verified, bytes", "SHA-256, bytes", goal=0.5)
    return [Result(ratio, median(each), min(each), max(each)) for ratio, each in ((grown, rates), (read, ratios))]


async def _integrate(home: Path) -> Sample:
    """Do rounds until nothing waits; count what the log has grown by, for each second of the processor."""
    before = await _size(home)
    async with sequencer(home, Settings()) as room:
        stop, spent = asyncio.Event(), time.process_time()
        stop.set()
        await room.rounds.run(stop)
        spent = time.process_time() - spent
    grown = await _size(home) - before
    return Sample(grown / spent, 1_000_000 * spent / grown)


async def _verify(home: Path, size: int) -> Sample:
    begin = time.perf_counter()
    report = await verify(home, Settings())
    taken = time.perf_counter() - begin
    if not report.ok:
        message = f"the log does not verify: {report.faults}"
        raise RuntimeError(message)
    return Sample(size / taken)


def _hash(bodies: list[bytes], size: int) -> Sample:
    begin = time.perf_counter()
    for body in bodies:
        sha256(body).digest()
    return Sample(size / (time.perf_counter() - begin))


async def _size(home: Path) -> int:
    async with open_log(home, Settings()) as log:
        latest = await log.rows.latest_checkpoint()
    return latest.size if latest else 0


async def _bundles(home: Path) -> list[bytes]:
    bundles = range(-(-await _size(home) // FULL))
    async with open_log(home, Settings()) as log:
        found = [await log.rows.bundle(n) for n in bundles]
    return [each[1] for each in found if each is not None]


async def _timed(once: Once, tasks: int, seconds: float) -> Sample:
    """Repeat ``once`` in so many tasks for so long; the first quarter of the time is not counted."""
    times: list[float] = []
    begin = time.perf_counter() + seconds / 4
    end = begin + seconds

    async def repeat() -> None:
        while (now := time.perf_counter()) < end:
            await once()
            if now >= begin:
                times.append(time.perf_counter() - now)

    await asyncio.gather(*(repeat() for _ in range(tasks)))
    times.sort()
    p50, p99 = (1000 * times[int(len(times) * part)] for part in (0.5, 0.99))
    return Sample(len(times) / seconds, p50=p50, p99=p99)


async def _release(door: Door, subjects: list[str]) -> None:
    await door.release(CRM, request_about(random.choice(subjects)))
