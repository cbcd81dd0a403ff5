"""Joins the desk with the door of its installation: its keys, its two tokens, its client, Django's application.

The desk reaches the door over HTTP like anybody else, with a token that administers and a face's token; no part of it
touches custody, keys or the log's tables.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import httpx
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.types import ASGIApp

from shouze.api.tokens import make_token, parse_token
from shouze.client import (
    Assertions,
    Client,
    Consents,
    ConsentsCounted,
    Declarations,
    Exercised,
    Issued,
    PersonAssertion,
    Published,
    Receipt,
    Retries,
    ShownCaller,
    Timeouts,
)
from shouze.client import calls as door_calls
from shouze.client.bulk import BulkRequest
from shouze.errors import NotFoundError, UnavailableError
from shouze.language import Language
from shouze.rules.declaration import Told
from shouze.rules.entries import Account, Caller, Issuer, PolicyFile
from shouze.settings import Settings
from shouze.wiring import portal
from shouze.wiring.joining import Installation
from shouze.wiring.key_files import read_key_file, write_key_file
from shouze.wiring.link import enrol_cosigner, enrol_link

if TYPE_CHECKING:
    from shouze.portal.ports import Sending
    from shouze.registers.ports import DoorPort
    from shouze.wiring.configured import Configured

KEY_FILE = "desk.key"
NAME = "desk"
DESK_HOST = "desk.localhost"
HOSTS = {"operator": DESK_HOST, "authority": "authority.localhost", "association": "association.localhost"}
"""The name under which browsers on this machine reach the pages of each house."""
OWN_TOKENS = frozenset({f"{NAME}-account", f"{NAME}-face", *portal.OWN_TOKENS})
LASTS = timedelta(days=3650)
RENEWED_BEFORE = timedelta(days=365)
AGAIN_SECONDS = 1.0
_TIMEOUTS = Timeouts(total=5.0, connect=1.0, read=5.0)
_RETRIES = Retries(most=1)


class DeskKeys(msgspec.Struct, frozen=True):
    """What the desk keeps to itself: Django's secret, both tokens, the assertions' private key, the first code."""

    secret: str
    administering: str
    face: str
    private_key: str
    first_code: str

    def signer(self) -> Ed25519PrivateKey:
        """Return the private key of its assertions."""
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(self.private_key))


async def enrol(opened: Installation) -> DeskKeys:
    """Return the desk's keys; make them, and their entries in the policy, where there are none."""
    path = opened.home / KEY_FILE
    if path.exists():
        keys = read_key_file(path, DeskKeys)
        caller = opened.door.room.policy.callers.get(f"{NAME}-face")
        if caller is not None and caller.until - opened.clock.now() > RENEWED_BEFORE:
            return keys
    keys = make_keys(path)
    await opened.publisher.apply(entries_of(keys, opened.clock.now() + LASTS), NAME)
    await opened.door.refresh()
    return keys


def entries_of(keys: DeskKeys, until: datetime) -> PolicyFile:
    """Return what the policy has to say of the desk that holds these keys; no secret is in it."""
    public = base64.b64encode(keys.signer().public_key().public_bytes_raw()).decode()
    kinds: tuple[tuple[str, Literal["service", "face"]], ...] = ((keys.administering, "service"), (keys.face, "face"))
    callers = tuple(
        Caller(id=shown.id, secret_sha256=shown.secret_sha256, kind=kind, actor=NAME, until=until)
        for token, kind in kinds
        if (shown := parse_token(token))
    )
    named = Account(id=NAME, name=Told(zh="桌面", en="The desk"), administers=True)
    return PolicyFile(accounts=(named,), issuers=(Issuer(id=NAME, face="desk", public_key=public),), callers=callers)


def make_keys(path: Path) -> DeskKeys:
    """Make the keys of a desk and keep them in a file."""
    administering, face = (make_token(f"{NAME}-{kind}", os.urandom)[0] for kind in ("account", "face"))
    private = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
    keys = DeskKeys(secrets.token_urlsafe(48), administering, face, private, secrets.token_hex(5))
    write_key_file(path, keys)
    return keys


@dataclass(frozen=True)
class ClientDoor:
    """The door as the registers see it (``registers.dooring.DoorPort``), over HTTP."""

    account: Client
    faces: dict[Language, Client]
    """By the language in which it answers."""
    assertions: Assertions = field(repr=False)
    url: str
    """Where the present log is published, below ``/log``."""

    @classmethod
    def at(cls, url: str, keys: DeskKeys) -> ClientDoor:
        """Return the door at a URL, which is https or on this machine."""
        terms: dict[str, Any] = {"timeout": _TIMEOUTS, "retries": _RETRIES}
        languages: tuple[Language, ...] = ("zh", "en")
        faces = {language: Client(url, keys.face, language=language, **terms) for language in languages}
        return cls(Client(url, keys.administering, **terms), faces, Assertions(NAME, keys.signer()), url)

    def apply(self, document: bytes, key: str) -> Published:
        """Write entries of the policy and publish it."""
        return self.account.send(door_calls.apply_policy(document).under(key))

    def declare(self, document: bytes, key: str) -> Published:
        """Publish rules for collecting and using."""
        return self.account.send(door_calls.declare(document).under(key))

    def policy(self) -> dict[str, Any]:
        """Return the policy in force as plain JSON."""
        return self.account.policy().policy

    def entries(self) -> dict[str, Any]:
        """Return the entries in force as plain JSON, by kind."""
        return self.account.policy_entries().entries

    def callers(self) -> dict[str, ShownCaller]:
        """Return the tokens' entries."""
        return self.account.policy().callers

    def issue_token(self, asked: dict[str, Any]) -> Issued:
        """Make a token."""
        return self.account.issue_token(**asked)

    def revoke_token(self, token: str, key: str) -> Published:
        """Revoke a token."""
        return self.account.send(door_calls.revoke_token(token).under(key))

    def exercised(self, holders: Sequence[str]) -> Exercised:
        """Return what holders did with their grants."""
        return self.account.exercised(holders=holders)

    def acting_for(self, person: dict[str, str | None], language: Language) -> Client:
        """Return the door as it answers a person."""
        return self.faces[language].acting_for(self.assertions.naming(_named(person)))

    def note(self, act: dict[str, Any], person: dict[str, str | None] | None, key: str) -> Receipt:
        """Note an act in the log, in a person's name, or (None) in the desk's own."""
        return (self.acting_for(person, "zh") if person else self.account).send(door_calls.note_act(**act).under(key))

    def measure(
        self, verb: Literal["freeze", "unfreeze"], fields: dict[str, Any], person: dict[str, str | None], key: str
    ) -> None:
        """Have an incident's measure taken in a person's name."""
        asked = door_calls.freeze(**fields) if verb == "freeze" else door_calls.unfreeze(**fields)
        self.acting_for(person, "zh").send(asked.under(key))

    def approve_bulk(self, person: dict[str, str | None], language: Language, request: str) -> BulkRequest:
        """Approve somebody else's bulk request in a person's name."""
        return self.acting_for(person, language).approve_bulk(request)

    def versions(self, service: str) -> Declarations:
        """Return every published version of one service's rules, oldest first."""
        return self.account.declared_versions(service)

    def count_consents(self, after: str | None, limit: int) -> ConsentsCounted:
        """Count the consents of the next subjects after one."""
        return self.account.count_consents(after=after, limit=limit)

    def consents(self, person: dict[str, str | None], asked: dict[str, Any]) -> Consents:
        """Tell, in a person's name, what one subject agreed to."""
        return self.acting_for(person, "zh").read_consents(**asked)

    def published(self, path: str) -> bytes:
        """Return what the log publishes; NotFoundError for what it does not, UnavailableError without an answer."""
        try:
            answer = httpx.get(f"{self.url}/log/{path}", timeout=_TIMEOUTS.total, trust_env=False)
        except httpx.HTTPError:
            raise UnavailableError(field="log") from None
        if answer.status_code != httpx.codes.OK:
            raise NotFoundError(field="log")
        return answer.content

    def keep_cosignature(self, told: dict[str, Any]) -> None:
        """Keep what a witness answered by dispatch."""
        self.account.keep_cosignature(**told)

    def watching(self) -> Client:
        """Return the door as it answers the desk itself."""
        return self.account

    def close(self) -> None:
        """Close the connections."""
        for client in (self.account, *self.faces.values()):
            client.close()


def _named(person: dict[str, str | None]) -> PersonAssertion:
    return msgspec.convert({**person, "sign_in": person.get("sign_in") or NAME}, PersonAssertion)


def page_hosts(settings: Settings) -> list[str]:
    """Return the names under which browsers reach desk and portal."""
    return [HOSTS[settings.house], *settings.desk_host.split(), *settings.portal_hosts]


def configure(
    home: Path, settings: Settings, keys: DeskKeys | portal.PortalKeys | None, door: DoorPort | None, *,
    face: str = "desk", apart: bool = False,
) -> Configured:  # fmt: skip
    """Set Django up in this process, once, for the face that it shows; without a door the pages only read.

    ``apart``: the other face is another process's.
    """
    from shouze.wiring.setting_up import set_up  # noqa: PLC0415 - the door stands without Django

    return set_up(home, settings, keys, door, face, apart)


@dataclass(frozen=True)
class Desk:
    """The desk's pages in this process; ``first_code`` is for its first person, where there is nobody yet."""

    pages: ASGIApp
    first_code: str | None
    configured: Configured


async def open_desk(opened: Installation, url: str, ways: Mapping[str, Sending] | None = None) -> Desk | None:
    """Make desk and portal ready in this process, reaching the door at ``url``; None where Django is not installed.

    ``ways`` are those by which the portal sends codes, where they are not the settings'.
    """
    if find_spec("django") is None:
        return None
    keys = await enrol(opened)
    configured = configure(opened.home, opened.settings, keys, ClientDoor.at(url, keys))
    link = enrol_link(opened.home, opened.signer.verifier())
    configured.join_link(link, url, enrol_cosigner(opened.home, link, opened.settings))
    await asyncio.to_thread(configured.migrate)
    await asyncio.to_thread(configured.give_sealer, opened.home)
    if opened.settings.house == "operator":
        configured.give_portal(await portal.enrol(opened), url, ways)
    first_code = None if await asyncio.to_thread(configured.peopled) else keys.first_code
    return Desk(configured.pages(), first_code, configured)


async def work(configured: Configured, stop: asyncio.Event, log: structlog.typing.FilteringBoundLogger) -> None:
    """Send what acts owe the door, and run the rounds that are due, every second until ``stop`` is set."""
    while not stop.is_set():
        try:
            await asyncio.to_thread(configured.send, lambda: not stop.is_set())
        except Exception as problem:  # noqa: BLE001 - whatever it was, it is tried again, and said
            log.warning("desk-work", problem=type(problem).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), AGAIN_SECONDS)
