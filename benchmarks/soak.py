"""Runs mixed verbs against one installation under load, with restarts, and looks for what is lost and what grows.

``make soak`` first kills processes in 200 rounds on SQLite and on PostgreSQL (``--rounds N``, see ``killing.py``), then
runs for two hours on each (``--minutes N``). The installation runs in a process of its own, which in turn ends gently
and by SIGKILL. Afterwards the whole log has to verify, every release that was acknowledged has to have its record
there, and no process may have grown beyond the bound.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from borrowed import installation, postgres
from killing import kill_again_and_again
from living import TASKS, Life, whole

from shouze import wiring
from shouze.settings import Settings

LIVES = 4
"""How often the installation is started within one soak, at least."""
LONGEST_LIFE = 300.0
"""Seconds that one process lives at most."""
GROWTH = 64.0
"""MiB by which a process may grow after its first fifth: caches, and a heap that the allocator does not give back."""


async def live(home: Path, seconds: float) -> int:
    """Be the process that holds the installation for so long; return 1 when its memory grew beyond the bound."""
    async with wiring.installation(home) as opened, wiring.sequencing(opened):
        life = Life(opened, home / "acknowledged", time.monotonic() + seconds)
        working = [asyncio.create_task(life.work()) for _ in range(TASKS)]
        await asyncio.sleep(seconds / 5)
        settled = resident()
        await asyncio.gather(*working)
        grown = resident() - settled
        counted = ", ".join(f"{name} {count:,}" for name, count in sorted(life.counts.items()))
        print(f"  {counted}; memory {settled:.0f} MiB after a fifth of the time, grown by {grown:.1f} MiB", flush=True)
        return int(grown > GROWTH)


async def soak(home: Path, settings: Settings, minutes: float) -> bool:
    """Let processes live one after another, every second one killed; return whether all is well."""
    wiring.prepare(home, settings)
    (home / "shouze.toml").write_text(f'database = "{settings.database}"\n')
    async with wiring.installation(home, settings) as opened:
        await installation.declare_story(opened)
    end, well = time.monotonic() + 60 * minutes, True
    span = min(LONGEST_LIFE, 60 * minutes / LIVES)
    for number in itertools.count():
        if (left := end - time.monotonic()) < span / 2:
            break
        seconds, kill = min(span, left), number % 2 == 1
        process = await asyncio.create_subprocess_exec(
            sys.executable, __file__, "--home", home, "--minutes", str(seconds / 60)
        )
        if kill:
            await asyncio.wait([asyncio.ensure_future(process.wait())], timeout=seconds * random.uniform(0.5, 0.9))
            if process.returncode is None:
                process.kill()
                print("  killed", flush=True)
        well = await process.wait() == (-signal.SIGKILL if kill else 0) and well
    return await whole(home, settings) and well


def resident() -> float:
    """Return the MiB that this process keeps in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def both(minutes: float, rounds: int) -> bool:
    """Kill and soak an installation on SQLite, then one on PostgreSQL."""
    reservation, well = postgres.Reservation(), True
    try:
        with tempfile.TemporaryDirectory(prefix="shouze-soak-") as folder, postgres.database() as url:
            for store, settings in (("SQLite", Settings()), ("PostgreSQL", Settings(database=url))):
                if rounds:
                    print(f"{store}, {rounds} rounds of killing", flush=True)
                    with postgres.database() as other:
                        place = Settings(database=other if settings.database else "")
                        well = await kill_again_and_again(Path(folder) / f"{store}-killed", place, rounds) and well
                if minutes:
                    print(f"{store}, {minutes:g} minutes, {TASKS} tasks", flush=True)
                    well = await soak(Path(folder) / store, settings, minutes) and well
    finally:
        reservation.end()
    return well


def main() -> int:
    """Read the command line; return 0 when nothing was lost and nothing grew."""
    parser = argparse.ArgumentParser(description="Run under load, with restarts; look for what is lost and what grows.")
    parser.add_argument("--minutes", type=float, default=120.0, help="how long on each store")
    parser.add_argument("--rounds", type=int, default=200, help="how often processes are killed on each store first")
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.home:
        return asyncio.run(live(given.home, 60 * given.minutes))
    well = asyncio.run(both(given.minutes, given.rounds))
    print("all is well" if well else "something is wrong: see above")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
