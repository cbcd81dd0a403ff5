"""Compares a release over HTTP with a plain read of the same items (G1, G2, G3), and one suite with the other (G12)."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

from borrowed import postgres
from measuring import Comparison, Ratio, Sample, take_turns
from msgspec.structs import replace
from population import filled

from shouze.settings import Settings

HERE = Path(__file__).parent
SIDES = ("plain", "gateway", "spare", "sm", "furnished", "sequenced", "naive")
CONNECTIONS = 64


def ratios(store: str) -> list[Ratio]:
    """Return what is compared on one store; the goals are those of the project."""
    return [
        Ratio(f"G1 gateway rps / plain, same coalesced read [{store}]", "gateway", "plain", goal=0.70),
        Ratio(f"G2 gateway rps / plain, one query per request [{store}]", "gateway", "naive", goal=1.0),
        Ratio(f"G3 gateway p99 / plain p99, coalesced [{store}]", "gateway", "plain", "p99", 1.0, at_least=False),
        Ratio(f"   gateway p50 / plain p50, coalesced [{store}]", "gateway", "plain", "p50"),
        Ratio(f"   gateway processor time / plain, each answer [{store}]", "gateway", "plain", "cpu"),
        Ratio(f"   gateway rps / plain on the same short way [{store}]", "gateway", "spare"),
        Ratio(f"   gateway rps / plain with token, metrics, log line [{store}]", "gateway", "furnished"),
        Ratio(f"   gateway with sequencer in the process / plain [{store}]", "sequenced", "plain"),
        Ratio(f"G12 gateway on SM4 and SM3 rps / on AES and SHA-2 [{store}]", "sm", "gateway", goal=0.85),
    ]


async def measure(home: Path, settings: Settings, users: int, rounds: int, seconds: float) -> Comparison:
    """Fill an installation of each suite in ``home``, then serve and ask every side in turns."""
    store = "PostgreSQL" if settings.database else "SQLite"
    with _another(settings) as other:
        for place, each in ((home, settings), (home / "sm", replace(other, suite="sm4gcm-sm3"))):
            async with filled(place, each, users):
                pass
        turns: dict[str, Callable[[], Awaitable[Sample]]] = {
            side: partial(_turn, side, home / "sm" if side == "sm" else home, seconds) for side in SIDES
        }
        return await take_turns(f"HTTP, {CONNECTIONS} connections, {users:,} users, {store}", turns, rounds)


@contextmanager
def _another(settings: Settings) -> Iterator[Settings]:
    """Lend settings of another installation on the same kind of store."""
    if not settings.database:
        yield settings
        return
    with postgres.database() as url:
        yield replace(settings, database=url)


async def _turn(side: str, home: Path, seconds: float) -> Sample:
    async with _served(side, home) as (port, pid):
        spent = _cpu_seconds(pid)
        arguments = (str(port), str(CONNECTIONS), str(seconds), home)
        asking = await asyncio.create_subprocess_exec(
            sys.executable, HERE / "load.py", *arguments, stdout=asyncio.subprocess.PIPE
        )
        written, _ = await asking.communicate()
        if asking.returncode:
            told = (home / "served.log").read_text(errors="replace")[-2000:]
            message = f"the load on {side} failed; its log ends:\n{told}"
            raise RuntimeError(message)
        told = json.loads(written)
        cpu = 1_000_000 * (_cpu_seconds(pid) - spent) / told.pop("answers")
        return Sample(cpu=cpu, **told)


def _cpu_seconds(pid: int) -> float:
    """Return the seconds of processor that a process has used, its kernel's part included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def _served(side: str, home: Path) -> AsyncIterator[tuple[int, int]]:
    with (home / "served.log").open("ab") as log:
        serving = await asyncio.create_subprocess_exec(
            sys.executable, HERE / "served.py", side, home, stdout=asyncio.subprocess.PIPE, stderr=log
        )
        try:
            assert serving.stdout is not None
            yield int(await serving.stdout.readline()), serving.pid
        finally:
            serving.send_signal(signal.SIGTERM)
            await serving.wait()
