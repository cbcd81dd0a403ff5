"""Kills the processes of an installation under load, round after round: nothing may be lost, nothing may fork.

On SQLite one process does everything. On PostgreSQL two do, each a gateway of its own node and a sequencer, of which
one is active and the other in reserve; in every fifth round it is the database server that crashes. A round waits until
the victim has acknowledged something, and a moment more; then SIGKILL, and another process takes its place at once.
Meanwhile an outsider keeps each checkpoint that it sees: each has to be the beginning of the log that there is in the
end.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import time
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg
from borrowed import installation
from living import TASKS, Life, leaf_hashes, whole

from shouze import wiring
from shouze.errors import UnavailableError
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.tree import Frontier
from shouze.sequencer.signing_key import LastSigned
from shouze.settings import Settings, changed
from shouze.wiring.preparing import SIGNING_KEY

LONGEST = 0.8
"""Seconds for which a process goes on, at most, once it has acknowledged something."""
SERVER_EVERY = 5
PATIENCE = 120.0
"""Seconds in which a process has to come to its first acknowledgement."""
_FORGE = get_context("forkserver")


async def kill_again_and_again(home: Path, settings: Settings, rounds: int) -> bool:
    """Kill processes in so many rounds; return whether all is well."""
    wiring.prepare(home, settings)
    async with wiring.installation(home, settings) as opened:
        await installation.declare_story(opened)
    _FORGE.set_forkserver_preload(["killing"])
    nodes = (1, 2) if settings.database else (1,)
    slots = {node: _Slot(home, changed(settings, node=node)) for node in nodes}
    seen: list[Checkpoint] = []
    try:
        for number in range(1, rounds + 1):
            victim = slots[random.choice(nodes)]
            victim.await_word()
            await asyncio.sleep(random.uniform(0, LONGEST))
            if settings.database and number % SERVER_EVERY == 0:
                crash_server(settings.database)
                victim.await_word()
            else:
                victim.kill()
            seen += newest(home)
    finally:
        for slot in slots.values():
            slot.kill(anew=False)
    (home / "acknowledged").write_text("".join(slot.acknowledged() for slot in slots.values()))
    return await held(home, settings, seen) & await whole(home, settings) & all(slot.well for slot in slots.values())


class _Slot:
    """The place of one process, and whoever holds it now."""

    def __init__(self, home: Path, settings: Settings) -> None:
        self._home, self._settings, self.well = home, settings, True
        self._file = home / f"acknowledged-{settings.node}"
        self._file.touch()
        self._begin()

    def await_word(self) -> None:
        """Wait until the process acknowledges something more."""
        before, deadline = self._file.stat().st_size, time.monotonic() + PATIENCE
        while self._file.stat().st_size == before:
            if time.monotonic() > deadline or not self._process.is_alive():
                print(f"  node {self._settings.node} is silent, or ended with {self._process.exitcode}", flush=True)
                self.well = False
                self.kill()
                return
            time.sleep(0.002)

    def kill(self, *, anew: bool = True) -> None:
        """End the process as a power cut would; start another in its place."""
        self._process.kill()
        self._process.join()
        self.well = self.well and self._process.exitcode == -signal.SIGKILL
        if anew:
            self._begin()

    def acknowledged(self) -> str:
        """Return the hash of each record that was acknowledged, a line each."""
        return self._file.read_text()

    def _begin(self) -> None:
        self._process: BaseProcess = _FORGE.Process(target=live, args=(self._home, self._settings, self._file))
        self._process.start()


def live(home: Path, settings: Settings, acknowledged: Path) -> None:
    """Be a process that holds an installation until it is killed."""
    random.seed()
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # that connections break is what is tried here
    asyncio.run(_live(home, settings, acknowledged))


async def _live(home: Path, settings: Settings, acknowledged: Path) -> None:
    while True:
        try:
            async with wiring.installation(home, settings) as opened, wiring.sequencing(opened):
                life = Life(opened, acknowledged, float("inf"))
                await asyncio.gather(*(life.work() for _ in range(TASKS)))
        except UnavailableError:
            await asyncio.sleep(0.05)  # the server is starting again


def crash_server(url: str) -> None:
    """Kill one of the server's own processes: it takes every connection down and recovers from its log."""
    with psycopg.connect(url) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)


def newest(home: Path) -> list[Checkpoint]:
    """Return the checkpoint that was signed last, as anybody could have kept it."""
    note = LastSigned(home / SIGNING_KEY).recall()
    return [open_checkpoint(note, [wiring.read_verifier(home)])[0]] if note else []


async def held(home: Path, settings: Settings, seen: list[Checkpoint]) -> bool:
    """Tell whether each checkpoint that was seen is the beginning of the log as it is now."""
    async with wiring.installation(home, settings, covered=True):
        pass
    frontier, left = Frontier(), sorted(set(seen), key=lambda each: each.size, reverse=True)
    forks = 0
    async for hashed in leaf_hashes(home, settings):
        while left and left[-1].size == frontier.size:
            forks += left.pop().root != frontier.root()
        frontier = frontier.extend([hashed])
    forks += sum(each.size != frontier.size or each.root != frontier.root() for each in left)
    print(f"  {len(set(seen))} checkpoints were seen, {forks} of them not of this log")
    return forks == 0
