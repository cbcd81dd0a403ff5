"""Verifies all logs of an installation, first to last: each for itself, and that each begins with the other's end.

Each log may be read by several processes, which open the tables by themselves.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from shouze.errors import ShouzeError
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.note import Verifier
from shouze.ledger.verify import FAULTS, Fault, Report
from shouze.sequencer.installation import verify_installation
from shouze.sequencer.openings import WithOpenings
from shouze.sequencer.source import TableSource
from shouze.settings import Settings
from shouze.store.log_reading import LogRows
from shouze.verifier.resuming import ResumeFile
from shouze.verifier.shards import VerifiedLog, linked
from shouze.verifier.walking import Plan
from shouze.wiring.log import LogRoom, open_log
from shouze.wiring.preparing import open_stores
from shouze.wiring.shards import ShardRoom


class Course(NamedTuple):
    """How to verify: from which checkpoint on, by how many processes, and where to keep how far it got.

    Logs before that of ``since`` are passed over. ``told`` hears how many leaves of a log are done, of how many.
    """

    since: Checkpoint | None = None
    jobs: int = 1
    resume: Path | None = None
    told: Callable[[int, int], None] = lambda _done, _size: None


async def verify_shards(home: Path, settings: Settings, course: Course | None = None) -> list[VerifiedLog]:
    """Verify everything that the installation keeps of its logs; where a sequencer works, up to its last checkpoint."""
    course, stop = course or Course(), threading.Event()
    async with open_log(home, settings) as log:
        resume = ResumeFile(course.resume, log.shards[0].verifier) if course.resume else None
        plan = Plan([], jobs=course.jobs, resume=resume, told=course.told, stopped=stop.is_set)
        still = await log.lock.take()
        try:
            return await _Shards(home, settings, log, plan, still).verify(course.since)
        finally:
            # The thread that joins looks for this: nobody waits for it longer than for one stretch.
            stop.set()
            await log.lock.give_back()


async def verify(home: Path, settings: Settings, course: Course | None = None) -> Report:
    """Return the present log's size and root, with the faults of all logs."""
    verified = await verify_shards(home, settings, course)
    return replace(verified[-1].report, faults=tuple(fault for each in verified for fault in each.report.faults))


@contextmanager
def opened_tables(home: Path, settings: Settings, verifier: Verifier, shard: int = 0) -> Iterator[TableSource]:
    """Open the tables of one log for a process that reads them alone."""
    with asyncio.Runner() as runner:
        stores = open_stores(home, settings, ("log",))
        try:
            rows = _with_openings(LogRows(stores.databases["log"], shard), settings)
            yield TableSource(rows, runner.run, verifier)
        finally:
            runner.run(stores.close())


@dataclass
class _Shards:
    """One pass over all logs; ``plan`` is how each of them is read."""

    home: Path
    settings: Settings
    log: LogRoom
    plan: Plan
    still: bool

    async def verify(self, since: Checkpoint | None) -> list[VerifiedLog]:
        verified: list[VerifiedLog] = []
        kept, plan, names = _kept_keys(self.home), self.plan, {room.verifier.name for room in self.log.shards}
        begun = since is None or since.origin not in names
        for room in self.log.shards:
            begun = begun or (since is not None and since.origin == room.verifier.name)
            deleted = room.stored.deleted is not None
            if deleted or not begun:
                report, plan = await _end_of(room), replace(self.plan, whole=False)
            else:
                report = await self._read(room, replace(plan, verifiers=[room.verifier], since=since))
                plan = replace(plan, chains=report.chains, whole=plan.whole and not report.since)
            since = None if begun else since
            report = _with_key(report, room, kept)
            one = VerifiedLog(room.verifier, report, deleted=deleted, passed_over=not deleted and not begun)
            verified.append(linked(verified[-1], one) if verified and begun and not deleted else one)
        return verified

    async def _read(self, room: ShardRoom, plan: Plan) -> Report:
        number = room.stored.number
        present = number == self.log.shards[-1].stored.number
        opening = partial(opened_tables, self.home, self.settings, room.verifier, number)
        rows = _with_openings(room.rows, self.settings)
        return await verify_installation(
            rows, room.verifier, still=self.still or not present, present=present, plan=plan, opening=opening
        )


def _with_openings(rows: LogRows, settings: Settings) -> WithOpenings:
    retained = datetime.now(UTC) - timedelta(days=settings.record_retention_days - 1)
    return WithOpenings(rows, rows, retained)


def _with_key(report: Report, room: ShardRoom, kept: Mapping[str, str]) -> Report:
    """Return the report with a fault where the key that was entered for the log is not the one in its file."""
    if kept.get(room.verifier.name, room.verifier.vkey) == room.verifier.vkey:
        return report
    fault = Fault("key", FAULTS["key"], f"shard {room.stored.number}")
    return replace(report, faults=(*report.faults, fault))


async def _end_of(room: ShardRoom) -> Report:
    """Verify what is left of a log that was deleted: its last checkpoint."""
    try:
        latest = await room.published.checkpoint()
        end: Checkpoint = open_checkpoint(latest.note.encode(), [room.verifier])[0]
    except ShouzeError:
        return Report(0, b"", (Fault("checkpoint", FAULTS["checkpoint"], "checkpoint"),))
    return Report(end.size, end.root, ())


def _kept_keys(home: Path) -> dict[str, str]:
    """Return the public keys that lie as files beside the installation's, by the name of their log."""
    found = {}
    for path in (*home.glob("log*.key.vkey"), *home.glob("former-log.*.vkey")):
        key = Verifier.from_vkey(path.read_text(encoding="utf-8").strip())
        found[key.name] = key.vkey
    return found
