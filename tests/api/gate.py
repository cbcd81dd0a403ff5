"""A running application with callers, faces and two subscribers, opened from a prepared folder for each test."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shouze import wiring
from shouze.api.app import Application, create_app
from shouze.api.lines import Lines
from shouze.api.tokens import make_token
from shouze.sequencer.counting import Counting
from shouze.settings import Settings
from shouze.store.driver import Schema
from shouze.store.log_exercised import StoredCounts
from shouze.store.opening_reading import StoredOpenings
from shouze.wiring.bulk import bulk_of
from shouze.wiring.shards import keeping, published_logs, searched_logs
from tests.installation import NECESSARY, OTHER, PERSON, MovingClock, apply, operator, subscribe

JSON = {"content-type": "application/json"}
FACES = {"desk-1": "desk", "portal-1": "portal"}
NOW = datetime(2035, 6, 1, 2, tzinfo=UTC)
"""Later than any key ring that a test makes: rings are made at the machine's own time."""
UNTIL = "2040-01-01T00:00:00+08:00"

_CALLERS: dict[str, dict[str, Any]] = {
    "crm": {"kind": "service", "actor": "crm"},
    "administrator": {"kind": "service", "actor": "administrator"},
    "nobody": {"kind": "service", "actor": "nobody"},
    "clerk": {"kind": "staff", "actor": "S-0042", "post": "customer-service"},
    "officer": {"kind": "staff", "actor": "S-0001", "post": "security-officer"},
    "agent": {"kind": "agent-staff", "actor": "A-0007", "agent": "qingshan-stores"},
    "desk": {"kind": "face", "actor": "desk-1"},
    "portal": {"kind": "face", "actor": "portal-1"},
    "finder": {"kind": "service", "actor": "portal-1"},
    "expired": {"kind": "service", "actor": "crm", "until": "2026-01-01T00:00:00+08:00"},
    "revoked": {"kind": "service", "actor": "crm", "revoked": True},
}


def entropy(label: str) -> Callable[[int], bytes]:
    """Return bytes that look random and are the same in every run."""
    return lambda size: hashlib.shake_256(label.encode()).digest(size)


def signing_key(issuer: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(entropy(issuer)(32))


TOKENS = {name: make_token(f"{name}-1", entropy(name)) for name in _CALLERS}


@dataclass(frozen=True)
class Prepared:
    """A folder with an installation, and its two subscribers."""

    home: Path
    subject: str
    other: str


async def prepare(home: Path, settings: Settings | None = None) -> Prepared:
    """Make an installation with every kind of caller and two subscribers."""
    async with operator(home, settings, clock=MovingClock(NOW)) as opened:
        callers = [
            {"id": f"{name}-1", "secret_sha256": TOKENS[name][1], "until": UNTIL, **caller}
            for name, caller in _CALLERS.items()
        ]
        issuers = [
            {"id": issuer, "face": face, "public_key": _public(signing_key(issuer))} for issuer, face in FACES.items()
        ]
        await apply(opened, _yaml(callers, issuers))
        await opened.door.refresh()
        first = await subscribe(opened, PERSON, also={"offers": ("phone",)})
        second = await subscribe(opened, OTHER)
        return Prepared(home, first.subject, second.subject)


def _yaml(callers: list[dict[str, Any]], issuers: list[dict[str, Any]]) -> str:
    """Return the entries as YAML: JSON in a line of its own is YAML too."""
    return f"callers: {json.dumps(callers)}\nissuers: {json.dumps(issuers)}\n"


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


@dataclass
class Gate:
    """The application over one installation, and a client in front of it."""

    opened: wiring.Installation
    app: Application
    client: httpx.AsyncClient
    clock: MovingClock
    subject: str
    other: str
    lines: Lines
    _stream: io.BytesIO
    _number: int = 0

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = "crm",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request; ``body`` is sent as JSON, or as it is when it is bytes; a face asserts its usual person."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {**JSON, "accept-language": "en"}
        if token is not None:
            sent["authorization"] = f"Bearer {TOKENS[token][0] if token in TOKENS else token}"
        if token == "desk":
            sent["shouze-assertion"] = self.assertion(content)
        if token == "portal":
            sent["shouze-assertion"] = self.assertion(
                content, iss="portal-1", kind="subject", sub=self.subject, post=None
            )
        return await self.client.request(method, path, content=content, headers={**sent, **(headers or {})})

    def assertion(self, body: bytes, *, key: Ed25519PrivateKey | None = None, alg: str = "EdDSA", **claims: Any) -> str:
        """Return an assertion of the desk about its clerk; a claim given as None is left out."""
        self._number += 1
        now = int(self.clock.now().timestamp())
        usual = {
            "iss": "desk-1", "aud": "shouze", "sub": "S-0042", "kind": "staff", "post": "customer-service",
            "sid": "sign-in-1", "iat": now, "exp": now + 60, "jti": f"number-{self._number:016}", "bd": digest(body),
        }  # fmt: skip
        said = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return jws({"alg": alg, "kid": said.get("iss", "")}, said, key or signing_key(str(said.get("iss"))))

    def about(self, **more: Any) -> dict[str, Any]:
        """Return the members that every body about the first subscriber has."""
        return {"service": "mobile", "subject": {"id": self.subject}, **more}

    def logged(self) -> list[dict[str, Any]]:
        """Return what the application has logged."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    @property
    def log(self) -> io.BytesIO:
        """Return what the application logs to, with all its lines written."""
        self.lines.flush()
        return self._stream

    async def custody(self) -> str:
        """Return a digest of what is held, declared and published."""
        return await contents(self.opened)


def digest(body: bytes) -> str:
    return b64(hashlib.sha256(body).digest())


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def jws(headers: Mapping[str, Any], claims: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """Return a compact JWS, written here without the library that reads it."""
    signed = f"{b64(json.dumps(headers).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{signed}.{b64(key.sign(signed.encode()))}"


@asynccontextmanager
async def open_gate(
    prepared: Prepared,
    folder: Path,
    settings: Settings | None = None,
    *,
    decorate: wiring.Decorate = lambda stores: stores,
    publishing: bool = True,
    **more: Any,
) -> AsyncIterator[Gate]:
    """Open a copy of a prepared installation with its application."""
    home, clock, log = folder / "home", MovingClock(NOW), io.BytesIO()
    shutil.copytree(prepared.home, home)
    settings = settings or Settings()
    async with wiring.installation(home, settings, clock=clock, decorate=decorate) as opened:
        lines = Lines("info", log)
        app = make_app(opened, lines, publishing=publishing, **more)
        transport = httpx.ASGITransport(app, client=("192.0.2.7", 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://gate.test") as client:
            yield Gate(opened, app, client, clock, prepared.subject, prepared.other, lines, log)


def make_app(opened: wiring.Installation, lines: Lines, *, publishing: bool = True, **more: Any) -> Application:
    """Return the application over an opened installation, logging to ``lines``."""
    database = opened.stores.databases["log"]
    log = published_logs(database)
    return create_app(
        opened.door,
        publisher=opened.publisher if publishing else None,
        replies=opened.stores.replies,
        first_seen=opened.stores.custody.first_seen,
        mac=opened.ring.lookup_mac,
        settings=opened.settings,
        lines=lines,
        **{
            "office": bulk_of(opened), "log": log, "counting": Counting(log, StoredCounts(database)),
            "searched": searched_logs(database, opened.signer.verifier()),
            "brought": keeping(database, opened.signer.verifier()), "openings": StoredOpenings(database), **more,
        },
    )  # fmt: skip


async def contents(opened: wiring.Installation) -> str:
    """Return a digest of what is held and published, but for bindings that are over and the keys of records."""
    found = hashlib.sha256()
    for schema, tables in TABLES.items():
        for table in tables:
            living = "WHERE until IS NULL" if table == "binding" else ""
            rows = await opened.stores.databases[schema].fetch(f"SELECT * FROM {schema}.{table} {living}")
            told = sorted(repr(tuple(row)) for row in rows if "#records" not in tuple(row))
            found.update(f"{table}:{told}\n".encode())
    return found.hexdigest()


TABLES: dict[Schema, tuple[str, ...]] = {
    "custody": (
        "subject", "subject_value", "ending", "service_user", "binding", "declaration", "entry", "operator", "policy",
    ),
    "keys": ("subject_key",),
}  # fmt: skip
USUAL = {"purposes": ["customer-service"], "items": ["name", "phone"]}
GIVEN = [
    {"purpose": purpose, "version": 1, "items": list(items), "act": "ticked", "channel": "app"}
    for purpose, items in NECESSARY.items()
]
