"""Parts for tests of replacing keys: a gateway's room on files, and a key store that can be stopped between calls."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from shouze.gateway.rewrapping import Turning
from shouze.gateway.room import Room
from shouze.gateway.rotation_ports import KeyTurning
from shouze.journal.journal import Journal
from shouze.ledger.entry import Who
from shouze.store.opening import Stores, open_sqlite
from shouze.store.rotation import StoredKeyTurning
from shouze.vault.key_file import FileKeyRing
from tests.installation import MovingClock

BOUND, RETENTION = timedelta(days=30), timedelta(days=183)
RING = "keyring.json"


class Gateway:
    """A gateway as far as keys go, with a ring of its own memory; several may stand on one folder."""

    def __init__(self, folder: Path, clock: MovingClock, node: int, boot: str = "boot") -> None:
        self.stores: Stores = open_sqlite(folder)
        self.ring = FileKeyRing.open(folder / RING)
        journal = Journal(self.stores.staging, clock.now, os.urandom, node=node, boot=boot)
        self.room = Room(
            self.stores.custody, self.stores.keys, self.stores.policies, journal, self.ring, clock, os.urandom
        )
        self.keys = StoredKeyTurning(self.stores.databases["keys"])

    def turning(self, keys: KeyTurning | None = None, page: int = 2) -> Turning:
        room = self.room
        return Turning(
            self.ring, keys or self.keys, room.journal, room.clock, Who("system"), BOUND, RETENTION, page
        )  # fmt: skip


class Stepped:
    """A port before each of whose calls ``pause`` is awaited."""

    def __init__(self, port: object, pause: Callable[[], Awaitable[None]]) -> None:
        self._port, self._pause = port, pause

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._port, name)

        async def call(*arguments: object, **named: object) -> object:
            await self._pause()
            answer = await method(*arguments, **named)
            await self._pause()
            return answer

        return call


class Tasks:
    """Tasks that go on one call at a time, each when it is its turn."""

    def __init__(self) -> None:
        self.running: list[asyncio.Task[Any]] = []
        self._gates: dict[asyncio.Task[Any], asyncio.Future[None]] = {}

    async def pause(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        gate = self._gates[task] = asyncio.get_running_loop().create_future()
        await gate

    async def begin(self, work: Callable[[], Awaitable[Any]]) -> None:
        async def run() -> None:
            await work()

        self.running.append(asyncio.create_task(run()))
        await self._settle()

    async def step(self, number: int) -> None:
        """Let one task go on to its next call; the error of a task is raised."""
        task = self.running[number % len(self.running)]
        self._gates.pop(task).set_result(None)
        await self._settle()

    async def kill(self, number: int) -> None:
        """End one task where it stands."""
        task = self.running.pop(number % len(self.running))
        self._gates.pop(task).cancel()
        task.cancel()
        await asyncio.wait([task])

    async def _settle(self) -> None:
        while any(not task.done() and task not in self._gates for task in self.running):  # noqa: ASYNC110 - each turn counts
            await asyncio.sleep(0)
        for task in [each for each in self.running if each.done()]:
            self.running.remove(task)
            task.result()
