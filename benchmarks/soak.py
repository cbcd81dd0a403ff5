"""Runs mixed verbs against one installation under load, with restarts, and looks for what is lost and what grows.

``make soak`` runs for two hours on SQLite and two on PostgreSQL; ``--minutes N`` for N on each. The installation runs
in a process of its own, which in turn ends gently and by SIGKILL. Afterwards the whole log has to verify, every release
that was acknowledged has to have its record there, and no process may have grown beyond the bound.
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
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from borrowed import installation, postgres

from shouze import wiring
from shouze.errors import ConflictError, UnavailableError
from shouze.gateway.asking import Request
from shouze.ledger.tree import leaf_hash
from shouze.rules.refusal import RefusedError
from shouze.sequencer.source import entries_of
from shouze.settings import Settings

TASKS = 16
LIVES = 4
"""How often the installation is started within one soak, at least."""
LONGEST_LIFE = 300.0
"""Seconds that one process lives at most."""
GROWTH = 64.0
"""MiB by which a process may grow after its first fifth: caches, and a heap that the allocator does not give back."""

PHONES = itertools.count(random.randrange(10**8))


class Life:
    """One process's work: its subjects, what it acknowledged, how its memory went."""

    def __init__(self, opened: wiring.Installation, acknowledged: Path, end: float) -> None:
        self.opened = opened
        self.subjects: list[str] = []
        self.counts: Counter[str] = Counter()
        self._end = end
        self._acknowledged = acknowledged.open("a")

    async def work(self) -> None:
        """Do one verb after another until the end."""
        verbs: list[tuple[Callable[[str], Awaitable[object]], int]] = [
            (self.release, 70), (self.correct, 8), (self.consent, 5), (self.withdraw, 5), (self.leave, 2),
        ]  # fmt: skip
        weights = [weight for _, weight in verbs]
        while time.monotonic() < self._end:
            verb = random.choices(verbs, weights)[0][0]
            try:
                if len(self.subjects) < 4 * TASKS or random.random() < 0.02:
                    await self.collect()
                await verb(random.choice(self.subjects))
                self.counts[verb.__name__] += 1
            except RefusedError as problem:
                self.counts[f"{verb.__name__} {problem.refusal.code}"] += 1
            except (ConflictError, UnavailableError) as problem:
                self.counts[f"{verb.__name__} {type(problem).__name__}"] += 1
            await asyncio.sleep(0)

    async def collect(self) -> None:
        """Take in a new user."""
        number = next(PHONES) % 10**8
        done = await installation.subscribe(self.opened, {**installation.PERSON, "phone": f"138{number:08}"})
        self.subjects.append(done.subject)

    async def release(self, subject: str) -> None:
        """Open two items, and write down that it was acknowledged."""
        released = await self.opened.door.release(installation.CLERK, installation.ask(subject, "name", "phone"))
        assert released.receipt is not None
        self._acknowledged.write(f"{released.receipt.leaf_hash.hex()}\n")
        self._acknowledged.flush()

    async def correct(self, subject: str) -> None:
        """Write a new name."""
        await self.opened.door.correct(
            installation.CRM, installation.ask(subject), {"name": f"张{random.randrange(10**6)}"}
        )

    async def consent(self, subject: str) -> None:
        """Agree to one more purpose."""
        about = Request(service="mobile", subject=installation.ask(subject).subject, action="consent")
        await self.opened.door.consent(installation.CRM, about, installation.consents("mobile", {"offers": ("phone",)}))

    async def withdraw(self, subject: str) -> None:
        """Withdraw it again."""
        await self.opened.door.withdraw(installation.CRM, installation.ask(subject, purposes=("offers",)))

    async def leave(self, subject: str) -> None:
        """End the service; what came to its end is erased."""
        self.subjects.remove(subject)
        await self.opened.door.terminate(
            installation.CRM, Request(service="mobile", subject=installation.ask(subject).subject, action="terminate")
        )
        await self.opened.door.erase_due()


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


async def whole(home: Path, settings: Settings) -> bool:
    """Sequence what waits, verify the log, and look for the record of every acknowledged release."""
    async with wiring.installation(home, settings, covered=True):
        pass
    report = await wiring.verify(home, settings)
    acknowledged = [bytes.fromhex(line) for line in (home / "acknowledged").read_text().split("\n") if len(line) == 64]
    recorded = {each async for each in leaf_hashes(home, settings)}
    missing = sum(each not in recorded for each in acknowledged)
    print(
        f"  {report.size:,} records, {len(report.faults)} faults {[each.code for each in report.faults[:5]]}; "
        f"{len(acknowledged):,} releases acknowledged, {missing} without a record"
    )
    return report.ok and not missing and bool(acknowledged)


async def leaf_hashes(home: Path, settings: Settings) -> AsyncIterator[bytes]:
    """Yield the hash of every leaf of the log."""
    async with wiring.open_log(home, settings) as log:
        for n in itertools.count():
            bundle = await log.rows.bundle(n)
            if bundle is None:
                return
            for leaf in entries_of(bundle):
                yield leaf_hash(leaf)


def resident() -> float:
    """Return the MiB that this process keeps in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def both(minutes: float) -> bool:
    """Soak an installation on SQLite, then one on PostgreSQL."""
    reservation, well = postgres.Reservation(), True
    try:
        with tempfile.TemporaryDirectory(prefix="shouze-soak-") as folder, postgres.database() as url:
            for store, settings in (("SQLite", Settings()), ("PostgreSQL", Settings(database=url))):
                print(f"{store}, {minutes:g} minutes, {TASKS} tasks", flush=True)
                well = await soak(Path(folder) / store, settings, minutes) and well
    finally:
        reservation.end()
    return well


def main() -> int:
    """Read the command line; return 0 when nothing was lost and nothing grew."""
    parser = argparse.ArgumentParser(description="Run under load, with restarts; look for what is lost and what grows.")
    parser.add_argument("--minutes", type=float, default=120.0, help="how long on each store")
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.home:
        return asyncio.run(live(given.home, 60 * given.minutes))
    well = asyncio.run(both(given.minutes))
    print("all is well" if well else "something is wrong: see above")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
