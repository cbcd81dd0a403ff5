"""Joins the portal with the door of its installation: its keys, its two tokens, its client, its ways to send codes.

Its one token is a face's: with it the portal speaks for the subject that an assertion names. With the other its own
program asks who holds an identifier. Neither administers, and none of its keys opens a value.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shouze.api.tokens import make_token, parse_token
from shouze.client import Assertions, Client, PersonAssertion, Retries, Timeouts
from shouze.client.calls import Call
from shouze.language import Language
from shouze.rules.entries import Caller, Issuer, PolicyFile
from shouze.wiring.joining import Installation
from shouze.wiring.key_files import read_key_file, write_key_file

KEY_FILE = "portal.key"
NAME = "portal"
OWN_TOKENS = frozenset({f"{NAME}-finder", f"{NAME}-face"})
LASTS, RENEWED_BEFORE = timedelta(days=3650), timedelta(days=365)
_TERMS: dict[str, Any] = {"timeout": Timeouts(total=5.0, connect=1.0, read=5.0), "retries": Retries(most=1)}


def now_here() -> datetime:
    """Return the machine's time in UTC."""
    return datetime.now(UTC)


class PortalKeys(msgspec.Struct, frozen=True):
    """What the portal keeps to itself: what digests are keyed with, both tokens, the private key it signs with."""

    secret: str
    finder: str
    face: str
    private_key: str

    def signer(self) -> Ed25519PrivateKey:
        """Return the private key of its assertions, receipts and certificates."""
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(self.private_key))

    def renewed(self) -> PortalKeys:
        """Return them with new tokens: the old ones are nobody's once the policy knows the new."""
        finder, face = _tokens()
        return msgspec.structs.replace(self, finder=finder, face=face)


@dataclass(frozen=True)
class SubjectDoor:
    """The door as the portal sees it (``portal.ports.DoorPort``), over HTTP."""

    finder: Client
    faces: dict[Language, Client]
    """By the language in which it answers."""
    assertions: Assertions = field(repr=False)

    @classmethod
    def at(cls, url: str, keys: PortalKeys, now: Callable[[], datetime] = now_here) -> SubjectDoor:
        """Return the door at a URL, which is https or on this machine."""
        languages: tuple[Language, ...] = ("zh", "en")
        faces = {language: Client(url, keys.face, language=language, **_TERMS) for language in languages}
        return cls(Client(url, keys.finder, **_TERMS), faces, Assertions(NAME, keys.signer(), now=now))

    def acting_for(self, subject: str, sign_in: str, language: Language) -> Client:
        """Return the door as it answers the one subject."""
        person = PersonAssertion(kind="subject", id=subject, sign_in=sign_in)
        return self.faces[language].acting_for(self.assertions.naming(person))

    def recognise(self, item: str, value: str) -> str | None:
        """Return the subject that holds an identifier now."""
        return self.finder.recognise(item=item, value=value).subject

    def published(self, path: str) -> bytes:
        """Return what anybody may read of the log."""
        return self.finder.send(Call("published", "GET", f"/log/{path}", bytes))

    def close(self) -> None:
        """Close the connections."""
        for client in (self.finder, *self.faces.values()):
            client.close()


async def enrol(opened: Installation) -> PortalKeys:
    """Return the portal's keys; make them, and their entries in the policy, where there are none.

    Tokens that the policy does not know, or not for long, are replaced; what receipts are signed with stays.
    """
    path, former = opened.home / KEY_FILE, read_keys(opened.home)
    if former is not None:
        caller, shown = opened.door.room.policy.callers.get(f"{NAME}-face"), parse_token(former.face)
        known = caller is not None and shown is not None and caller.secret_sha256 == shown.secret_sha256
        if known and caller is not None and caller.until - opened.clock.now() > RENEWED_BEFORE:
            return former
    keys = former.renewed() if former else make_keys()
    write_key_file(path, keys)
    await opened.publisher.apply(entries_of(keys, opened.clock.now()), NAME)
    await opened.door.refresh()
    return keys


def read_keys(home: Path) -> PortalKeys | None:
    """Return the portal's keys in a folder; None where there are none."""
    path = home / KEY_FILE
    return read_key_file(path, PortalKeys) if path.exists() else None


def keys_apart(home: Path) -> PortalKeys:
    """Return the keys of a portal of its own; they are made, and made whole, where that is needed."""
    keys = read_keys(home)
    if keys is None or not keys.face:
        keys = keys.renewed() if keys else make_keys()
        write_key_file(home / KEY_FILE, keys)
    return keys


def copied(home: Path) -> bytes | None:
    """Return what a backup keeps of the portal's keys: what signs and digests, and no token of the living door."""
    keys = read_keys(home)
    return None if keys is None else msgspec.json.encode(msgspec.structs.replace(keys, finder="", face=""))


def make_keys() -> PortalKeys:
    """Return new keys."""
    private = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
    return PortalKeys(secrets.token_urlsafe(48), *_tokens(), private)


def _tokens() -> tuple[str, str]:
    finder, face = (make_token(f"{NAME}-{each}", os.urandom)[0] for each in ("finder", "face"))
    return finder, face


def entries_of(keys: PortalKeys, now: datetime) -> PolicyFile:
    """Return what the policy has to know of these keys: no secret is in it."""
    until, public = now + LASTS, base64.b64encode(keys.signer().public_key().public_bytes_raw()).decode()
    hashes = [presented.secret_sha256 for each in (keys.finder, keys.face) if (presented := parse_token(each))]
    callers = (
        Caller(id=f"{NAME}-finder", secret_sha256=hashes[0], kind="service", actor=NAME, until=until),
        Caller(id=f"{NAME}-face", secret_sha256=hashes[1], kind="face", actor=NAME, until=until),
    )
    return PolicyFile(issuers=(Issuer(id=NAME, face="portal", public_key=public),), callers=callers)
