"""A real door with the portal before it, a browser without a window, and codes that arrive in a list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from django.test import Client
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shouze.cli.story.people import person
from shouze.portal import ports, visiting
from shouze.registers.declarations.models import DeclarationRow
from shouze.registers.declarations.taking_over import take_over
from shouze.registers.ports import GIVEN
from shouze.wiring import portal
from shouze.wiring.desk import ClientDoor
from shouze.wiring.portal_ports import give
from tests.installation import CRM, subscribe
from tests.installation import ask as asking
from tests.registers.house import Opened, opened_door

HOST = "portal.localhost"
_people = count()


@dataclass
class Portal:
    """The portal over an installation with the story's rules; each test has a person of its own."""

    opened: Opened
    door: ClientDoor
    sent: list[tuple[str, str]] = field(default_factory=list)
    """Address and code of what was sent."""
    person: dict[str, str] = field(default_factory=dict)

    @property
    def phone(self) -> str:
        return self.person["phone"]

    def subscriber(self, person: Mapping[str, str] | None = None, **also: Any) -> str:
        """Return a new user of the mobile service."""
        made = subscribe(self.opened.installation, person or self.person, also=also or None)
        return str(self.opened.run(made).subject)

    def give_back(self, subject: str) -> None:
        """Take the user's number back."""
        self.opened.run(self.opened.installation.door.give_back(CRM, asking(subject), ["phone"]))

    def covered(self) -> None:
        """Let a checkpoint cover what was recorded."""
        self.opened.run(self.opened.installation.sequencer.step())

    def begin(self) -> None:
        """Make ready for a test."""
        GIVEN.door = self.door
        self.sent.clear()
        self.person = another()
        take_over()


def version(service: str = "mobile") -> str:
    """Return the version of a service's rules that is in force."""
    return str(DeclarationRow.objects.get(service=service, state="published").published_version)


def another() -> dict[str, str]:
    """Return somebody who does not exist, and nobody else's double."""
    return person(next(_people)).mobile


@contextmanager
def opened_portal(home: Path) -> Iterator[Portal]:
    """Open an installation and give it to the portal of this process."""
    with opened_door(home) as opened:
        keys = opened.run(portal.enrol(opened.installation))
        assert isinstance(GIVEN.door, ClientDoor)
        stage = Portal(opened, GIVEN.door)

        def send(address: str, code: str) -> None:
            stage.sent.append((address, code))

        ways = {"phone": send, "email": send}
        before = ports.GIVEN.now
        reached = give(keys, opened.url, opened.installation.settings, ways, opened.clock.now)
        try:
            yield stage
        finally:
            ports.GIVEN.now, ports.GIVEN.door, ports.GIVEN.ways = before, None, {}
            reached.close()


def browser(language: str = "en", **more: Any) -> Client:
    """Return a browser at the portal."""
    return Client(headers={"host": HOST, "accept-language": language}, **more)


def signed_in(subject: str, language: str = "en", **more: Any) -> Client:
    """Return a browser that is signed in as a subject."""
    token, _ = visiting.begin(subject, "code")
    found = browser(language, **more)
    found.cookies[visiting.COOKIE] = token
    return found


def ask(stage: Portal, value: str = "", at: Client | None = None) -> Client:
    """Ask for a code; return the browser that did."""
    found = at or browser()
    answer = found.post("/sign-in", {"item": "phone", "value": value or stage.phone})
    assert answer.status_code == 302, text(answer)
    return found


def is_signed(raw: bytes) -> bool:
    """Tell whether content is signed with the key that the portal publishes, and unchanged."""
    known = json.loads(browser().get("/.well-known/jwks.json").content)
    try:
        content = json.loads(raw)
        found = jws.deserialize_compact(
            content.pop("proof")["jws"], KeySet.import_key_set(known), algorithms=["Ed25519"]
        )
    except (JoseError, KeyError):
        return False
    body = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return bool(found.payload == body)


def text(answer: Any) -> str:
    """Return what a page says."""
    return str(answer.content.decode())
