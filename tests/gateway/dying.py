"""A program that does one verb and is killed at a chosen point: before or after the n-th call to a port."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shouze import wiring
from shouze.gateway import sealing
from shouze.settings import Settings
from shouze.store.opening import Stores
from shouze.vault.keys import KeyRing, WrappedKey, unwrap_subject_key
from tests.installation import CLERK, CRM, MovingClock, ask, subscribe


class Fate:
    """Counts the points passed and ends the process at the chosen one, as a power cut would."""

    def __init__(self, point: int) -> None:
        self.left = point

    def point(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Mortal:
    """A port before and after each of whose calls the process may end."""

    def __init__(self, port: object, fate: Fate) -> None:
        self._port, self._fate = port, fate

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._port, name)

        async def call(*arguments: object, **named: object) -> object:
            self._fate.point()
            answer = await method(*arguments, **named)
            self._fate.point()
            return answer

        return call


def say(word: str) -> None:
    os.write(1, f"{word}\n".encode())


async def main(verb: str, subject: str, point: int, home: Path, database: str) -> None:
    """Do the verb; write ``opened`` once a value's key is unwrapped, and ``answered`` when the verb has returned."""
    fate = Fate(0)

    def mortal(stores: Stores) -> Stores:
        ports = {name: Mortal(getattr(stores, name), fate) for name in ("custody", "keys", "staging")}
        return stores._replace(**ports)  # type: ignore[arg-type]  # stand-ins that do what the ports do

    _say_when_opened(fate)
    settings = Settings(database=database)
    async with wiring.installation(home, settings, clock=MovingClock(), decorate=mortal) as opened:
        fate.left = point
        if verb == "release":
            await opened.door.release(CLERK, ask(subject, "name", "phone"))
        elif verb == "collect":
            await subscribe(opened)
        elif verb == "withdraw":
            await opened.door.withdraw(CRM, ask(subject, purposes=("offers",)))
        else:
            await opened.door.terminate(CRM, ask(subject))
        say("answered")
        fate.left = 0


def _say_when_opened(fate: Fate) -> None:
    def unwrap(ring: KeyRing, wrapped: WrappedKey, subject: str, ground: str) -> bytes:
        say("opened")
        fate.point()
        return unwrap_subject_key(ring, wrapped, subject, ground)

    vars(sealing)["unwrap_subject_key"] = unwrap
