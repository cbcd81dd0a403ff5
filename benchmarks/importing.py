"""Times ``shouze import`` of invented subscribers into PostgreSQL, and watches its memory as it goes.

The command runs as anybody runs it, in processes of its own. Memory is the proportional set size of all of them
(shared pages are counted once), and how far the run has come is read from where the run itself notes it.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psycopg
import subscribers
from measuring import Ratio, Result

from shouze import wiring
from shouze.settings import Settings

GOAL = 25_000
"""Rows a second."""
GROWTH = 1.25
"""How much more memory the last part of a run may take than the first."""
PARTS = 10
PAUSE = 0.25
_FAR = "SELECT coalesce(max(row), 0) FROM custody.import_run"
_COUNT = "SELECT count(*) FROM custody.subject"
_COLUMNS = ", ".join(f'"{item}" text NOT NULL' for item in subscribers.ITEMS)
_PLAIN = f"CREATE TABLE person ({_COLUMNS})"


class Sampled(NamedTuple):
    """How many rows were in, and how many MiB all processes of the command took."""

    rows: int
    mib: float


class Imported(NamedTuple):
    """One import: rows, seconds from its start to its end, the same by COPY into a plain table, and the memory."""

    rows: int
    seconds: float
    plain_seconds: float
    memory: list[Sampled]

    def peaks(self) -> list[Sampled]:
        """Return the largest sample of each tenth of the rows; one taken once the command had ended holds nothing."""
        step = max(1, -(-self.rows // PARTS))
        found: dict[int, Sampled] = {}
        for each in filter(lambda sample: sample.mib, self.memory):
            part = min(PARTS - 1, each.rows // step)
            if part not in found or each.mib > found[part].mib:
                found[part] = each
        return [found[part] for part in sorted(found)]


async def measure(home: Path, settings: Settings, rows: int) -> Imported:
    """Import so many subscribers into the empty database of ``settings``; RuntimeError when not all of them are in."""
    await _prepare(home, settings)
    source, found = home / "subscribers.csv", home / "map.json"
    subscribers.write_csv(source, rows)
    found.write_text(json.dumps(import_map()))
    begin = time.perf_counter()
    memory = await _watched(command(home, source, found), settings)
    seconds = time.perf_counter() - begin
    with psycopg.connect(settings.database) as server:
        [taken] = server.execute(_COUNT).fetchone() or [0]
    if taken != rows:
        message = f"{taken} of {rows} subscribers are in"
        raise RuntimeError(message)
    return Imported(rows, seconds, _plain(source, settings), memory)


def command(home: Path, source: Path, found: Path) -> list[str | Path]:
    """Return the command."""
    shouze = Path(sys.executable).parent / "shouze"
    return [shouze, "--home", home, "import", source, "--map", found, "--as", subscribers.VISITOR.actor.id]


def import_map() -> dict[str, object]:
    """Return the map: each column is the item of its name; every row has the consent of its contract."""
    consent = {
        "purpose": subscribers.PURPOSE,
        "version": 1,
        "act": "contract",
        "channel": "shop",
        "at": "2020-01-01T00:00:00Z",
    }
    return {
        "format": "shouze-map/1", "service": subscribers.SERVICE, "purposes": [subscribers.PURPOSE],
        "items": {item: item for item in subscribers.ITEMS}, "identify": list(subscribers.IDENTIFIERS),
        "consent": [consent],
    }  # fmt: skip


def results(imported: Imported) -> list[Result]:
    """Return rows a second, the ratio to COPY, and how far memory grows."""
    rate, ratio = imported.rows / imported.seconds, imported.plain_seconds / imported.seconds
    peaks = imported.peaks()
    growth = peaks[-1].mib / peaks[min(1, len(peaks) - 1)].mib if peaks else 1.0
    return [
        Result(Ratio("import, rows a second [PostgreSQL]", "import", "", goal=GOAL), rate, rate, rate),
        Result(Ratio("import rows / rows copied into a plain table", "import", "copy"), ratio, ratio, ratio),
        Result(
            Ratio("import, memory of the last tenth / of the second", "", "", goal=GROWTH, at_least=False),
            growth,
            growth,
            growth,
        ),
    ]


def write(imported: Imported) -> str:
    """Return the rates, and the peak of memory of each tenth of the rows, as lines of text."""
    lines = [
        f"Import of {imported.rows:,} subscribers with {len(subscribers.ITEMS)} items, PostgreSQL",
        f"  shouze import {imported.rows / imported.seconds:>26,.0f} rows/s, {imported.seconds:,.1f} s in all",
        f"  COPY of the same file, plain table {imported.rows / imported.plain_seconds:>5,.0f} rows/s",
    ]
    return "\n".join(
        [*lines, *(f"  up to row {each.rows:>10,}  {each.mib:>8,.0f} MiB at most" for each in imported.peaks())]
    )


async def _prepare(home: Path, settings: Settings) -> None:
    wiring.prepare(home, settings)
    async with wiring.installation(home, settings) as opened:
        await subscribers.publish(opened)


async def _watched(wanted: list[str | Path], settings: Settings) -> list[Sampled]:
    environment = {**os.environ, "SHOUZE_DATABASE": settings.database, "LC_ALL": "C.UTF-8"}
    running = await asyncio.create_subprocess_exec(
        *wanted, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    memory: list[Sampled] = []
    ended = asyncio.create_task(running.communicate())
    with psycopg.connect(settings.database, autocommit=True) as server:
        while not ended.done():
            [far] = server.execute(_FAR).fetchone() or [0]
            memory.append(Sampled(far, sum(_mib(pid) for pid in _family(running.pid))))
            await asyncio.wait([ended], timeout=PAUSE)
    _, told = await ended
    if running.returncode:
        message = f"the import failed:\n{told.decode(errors='replace')[-2000:]}"
        raise RuntimeError(message)
    return memory


def _family(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = [pid]
    for each in found:
        for children in Path(f"/proc/{each}/task").glob("*/children"):
            found += [int(child) for child in _text(children).split()]
    return found


def _mib(pid: int) -> float:
    lines = [line.split() for line in _text(Path(f"/proc/{pid}/smaps_rollup")).splitlines()]
    return sum(int(line[1]) for line in lines if line[0] == "Pss:") / 1024


def _text(path: Path) -> str:
    """Return a file of /proc; nothing when its process has ended."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _plain(source: Path, settings: Settings) -> float:
    """Return the seconds that the same file takes into a plain table: read by Python, written by COPY."""
    begin = time.perf_counter()
    with psycopg.connect(settings.database) as server, source.open(encoding="utf-8", newline="") as file:
        server.execute(_PLAIN.encode())
        rows = csv.reader(file)
        next(rows)
        with server.cursor().copy("COPY person FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    return time.perf_counter() - begin
