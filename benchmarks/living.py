"""Works an installation under load, and looks whether all that it acknowledged is in its log."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from borrowed import installation

from shouze import wiring
from shouze.errors import ConflictError, UnavailableError
from shouze.gateway.asking import Request
from shouze.ledger.tree import leaf_hash
from shouze.rules.refusal import RefusedError
from shouze.sequencer.source import entries_of
from shouze.settings import Settings

TASKS = 16


class Life:
    """One process's work: its subjects, what it acknowledged, how its memory went."""

    def __init__(self, opened: wiring.Installation, acknowledged: Path, end: float) -> None:
        self.opened = opened
        self.subjects: list[str] = []
        self.counts: Counter[str] = Counter()
        self._end = end
        self._acknowledged = acknowledged.open("a")
        self._phones = itertools.count(random.randrange(10**8))

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
        number = next(self._phones) % 10**8
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


async def whole(home: Path, settings: Settings) -> bool:
    """Sequence what waits, verify the log, and look for the one record of every acknowledged release."""
    async with wiring.installation(home, settings, covered=True):
        pass
    report = await wiring.verify(home, settings)
    acknowledged = [bytes.fromhex(line) for line in (home / "acknowledged").read_text().split("\n") if len(line) == 64]
    recorded = Counter([each async for each in leaf_hashes(home, settings)])
    missing = sum(recorded[each] != 1 for each in acknowledged)
    print(
        f"  {report.size:,} records, {len(report.faults)} faults {[each.code for each in report.faults[:5]]}; "
        f"{len(acknowledged):,} releases acknowledged, {missing} without their one record"
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
