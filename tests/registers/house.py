"""People, rows and a real door for the tests of registers and pages."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import Client

from shouze import wiring
from shouze.registers import acting, vocabulary
from shouze.registers.acting import Asked, Attached
from shouze.registers.dooring import send_waiting
from shouze.registers.finding import registers
from shouze.registers.people.models import Person
from shouze.registers.people.register import REGISTER
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role
from shouze.registers.rows import Kept
from shouze.settings import Settings
from shouze.wiring.desk import ClientDoor, DeskKeys, enrol
from shouze.wiring.serving import asgi
from tests.client.reach import serving
from tests.installation import MovingClock, operator

PROOF = Attached("report.pdf", "application/pdf", b"%PDF-1.7 an assessment")


def person(number: str, *roles: Role, **more: Any) -> Person:
    """Register a person with these roles; a name is made up for them."""
    named = {"username": number, "name": f"某{number}", "title": f"某{number}", **more}
    return acting.enrol(REGISTER, Person(roles_held=[*map(str, roles)], **named), None)


def officer() -> Person:
    return Person.objects.filter(username="S-0001").first() or person("S-0001", Role.OFFICER, Role.SECURITY)


def approver() -> Person:
    return Person.objects.filter(username="S-0002").first() or person("S-0002", Role.APPROVER)


def do(entry: Kept, act: str, by: Person, values: Mapping[str, Any] | None = None, **asked: Any) -> Any:
    """Do an act upon a row, with a proof where the act wants one."""
    register = next(each for each in registers().values() if isinstance(entry, each.model))
    wanted = register.act(act)
    if wanted.proof == "must":
        asked.setdefault("documents", [PROOF])
    if wanted.reason == "must":
        asked.setdefault("reason", "因为")
    return acting.do(register, wanted, entry.pk, by, Asked(values or {}, **asked))


def make(register: str, by: Person, values: Mapping[str, Any]) -> Any:
    return acting.make(registers()[register], by, Asked(values))


def kept() -> None:
    """Run the rounds of every register, as the worker does; what fails is raised here."""
    for register in registers().values():
        for each in register.rounds:
            each.run(GIVEN.now())


def signed_in(who: Person, language: str = "zh") -> Client:
    """Return a browser without a window, signed in as somebody."""
    browser = Client(headers={"accept-language": language})
    browser.force_login(who, "allauth.account.auth_backends.AuthenticationBackend")
    return browser


class RunningClock(MovingClock):
    """The machine's clock, which tests may move on."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, by: timedelta) -> None:
        self.ahead += by


@dataclass
class Opened:
    """A real installation that the desk's acts reach, in a thread with a loop of its own."""

    installation: wiring.Installation
    loop: asyncio.AbstractEventLoop
    clock: RunningClock
    url: str
    keys: DeskKeys

    def run(self, act: Any) -> Any:
        """Run a coroutine of the installation and return what it returns."""
        return asyncio.run_coroutine_threadsafe(act, self.loop).result(20)

    def settle(self) -> None:
        """Send what waits, and let the door read the latest policy."""
        send_waiting()
        self.run(self.installation.door.refresh())


@contextmanager
def opened_door(home: Path, settings: Settings | None = None, *, declared: bool = True) -> Iterator[Opened]:
    """Open an installation with the story's rules, and give it to the registers of this process."""
    ready, over = threading.Event(), threading.Event()
    found: list[Opened] = []
    failed: list[BaseException] = []

    async def stay() -> None:
        clock = RunningClock()
        async with operator(home, settings, declared=declared, clock=clock) as opened, serving(asgi(opened)) as url:
            keys = await enrol(opened)
            door = ClientDoor.at(url, keys)
            GIVEN.door = door
            found.append(Opened(opened, asyncio.get_running_loop(), clock, url, keys))
            ready.set()
            await asyncio.to_thread(over.wait)
            door.close()

    def run() -> None:
        try:
            asyncio.run(stay())
        except BaseException as problem:  # noqa: BLE001 - told to the thread that waits
            failed.append(problem)
        finally:
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        ready.wait(60)
        assert not failed, failed
        vocabulary.forget()
        yield found[0]
    finally:
        GIVEN.door = None
        over.set()
        thread.join(60)
