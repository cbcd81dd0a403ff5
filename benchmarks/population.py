"""Fills an installation with invented users, and plain tables with the same values.

Each user has ten items, about 1 KB together, of which three are asked for. Rows are written as the door writes them,
but many in one transaction: what is measured is reading.
"""

from __future__ import annotations

import base64
import json
import os
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg_pool import AsyncConnectionPool

from shouze import wiring
from shouze.api.tokens import make_token
from shouze.gateway.asking import Request, SubjectRef, Visitor
from shouze.gateway.collect import new_subject_id
from shouze.gateway.sealing import PACK, packed_first, sealed
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.rules.entries import PolicyFile
from shouze.rules.standing import Consent, Held, Standing
from shouze.rules.use import Actor, ground_of
from shouze.settings import Settings
from shouze.store.driver import Parameters
from shouze.store.formats import KNOWN
from shouze.store.standing_form import write_standing
from shouze.vault.keys import fresh_subject_key

ITEMS = (
    "name", "sex", "nationality", "marital-status", "occupation", "employer", "education", "address", "nickname", "cv",
)  # fmt: skip
SIZES = (12, 3, 12, 12, 30, 60, 30, 120, 24, 650)
"""Bytes of each item's value: 953 together."""
ASKED = ("name", "employer", "address")
SERVICE, PURPOSE = "mobile", "customer-service"
GROUND = ground_of(SERVICE, PURPOSE)
CRM = Visitor(Actor("service", "crm"))
TOKEN_FILE, SUBJECT_FILE, PLAIN_FILE = "token", "subjects", "plain.db"
MOST_ASKED = 100_000
"""How many users are asked about, of more."""
CHUNK = 500
"""Users written in one transaction."""

_BOTH = {"zh": "量度", "en": "For measuring"}
_COLUMNS = ", ".join(f'"{item}" text NOT NULL' for item in ITEMS)
PLAIN_TABLE = f"CREATE TABLE person (id text PRIMARY KEY, {_COLUMNS})"
_SUBJECT = "INSERT INTO custody.subject (id, revision, standing, next_due) VALUES (:subject, 1, :standing, NULL)"
_VALUE = """
INSERT INTO custody.subject_value (subject, ground, item, version, sealed)
VALUES (:subject, :ground, :item, :version, :sealed)
"""
_SERVICE = "INSERT INTO custody.service_user (subject, service) VALUES (:subject, :service)"
_KEY = """
INSERT INTO keys.subject_key (subject, ground, version, epoch, suite, blob)
VALUES (:subject, :ground, 1, :epoch, :suite, :blob)
"""

Values = dict[str, str]
PlainReader = Callable[[Sequence[str]], Awaitable[list[tuple[str, ...]]]]


@asynccontextmanager
async def filled(home: Path, settings: Settings, users: int) -> AsyncIterator[tuple[wiring.Installation, list[str]]]:
    """Make an installation with a policy, a token and so many users, and open it; the plain tables stand beside it."""
    wiring.prepare(home, settings)
    (home / "shouze.toml").write_text(f'database = "{settings.database}"\nsuite = "{settings.suite}"\n')
    async with wiring.installation(home, settings) as opened:
        await _publish(opened)
        subjects = [new_subject_id(os.urandom(16)) for _ in range(users)]
        make_plain(home, settings)
        for start in range(0, users, CHUNK):
            people = [(subject, _values()) for subject in subjects[start : start + CHUNK]]
            await _fill(opened, people)
            fill_plain(home, settings, people)
        settle(home, settings)
        asked = random.sample(subjects, min(users, MOST_ASKED))
        (home / SUBJECT_FILE).write_text("\n".join(asked))
        yield opened, asked


def request_about(subject: str) -> Request:
    """Return the request that every measurement makes."""
    return Request(service=SERVICE, subject=SubjectRef(subject), purposes=(PURPOSE,), items=ASKED)


def body_about(subject: str) -> bytes:
    """Return the same request as the body of ``POST /v1/release``."""
    asked = {"service": SERVICE, "subject": {"id": subject}, "purposes": [PURPOSE], "items": ASKED}
    return json.dumps(asked).encode()


def make_plain(home: Path, settings: Settings) -> None:
    """Make the plain table: in a file of its own beside SQLite's, or in the database."""
    if settings.database:
        with psycopg.connect(settings.database) as server:
            server.execute(PLAIN_TABLE.encode())
        return
    with closing(plain_file(home)) as file:
        file.execute(PLAIN_TABLE)


def fill_plain(home: Path, settings: Settings, people: list[tuple[str, Values]]) -> None:
    """Write values into the plain table."""
    rows = [(subject, *values.values()) for subject, values in people]
    if settings.database:
        with psycopg.connect(settings.database) as server, server.cursor().copy("COPY person FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    with closing(plain_file(home)) as file, file:
        file.executemany(f"INSERT INTO person VALUES ({', '.join('?' * (len(ITEMS) + 1))})", rows)


def settle(home: Path, settings: Settings) -> None:
    """Bring both sides into the state of a database that has been running for a while."""
    if settings.database:
        with psycopg.connect(settings.database, autocommit=True) as server:
            server.execute("VACUUM ANALYZE")
        return
    for name in ("custody.db", "keys.db", PLAIN_FILE):
        with closing(sqlite3.connect(home / name)) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@asynccontextmanager
async def plain_reader(home: Path, settings: Settings) -> AsyncIterator[PlainReader]:
    """Open the plain table; the reader answers many ids with one statement, one id with the shortest."""
    columns = ", ".join(ASKED)
    one = f"SELECT {columns} FROM person WHERE id = :id"
    if settings.database:
        async with AsyncConnectionPool(settings.database, kwargs={"autocommit": True}, min_size=1, max_size=8) as pool:
            many = f"SELECT id, {columns} FROM person WHERE id = ANY(%(ids)s)"

            async def fetch(sql: str, parameters: dict[str, Any]) -> list[tuple[str, ...]]:
                async with pool.connection() as connection:
                    return await (await connection.execute(sql.encode(), parameters, binary=True)).fetchall()

            yield _reader(fetch, one.replace(":id", "%(id)s"), many, list)
        return
    with closing(plain_file(home)) as file:

        async def fetch_here(sql: str, parameters: dict[str, Any]) -> list[tuple[str, ...]]:
            return file.execute(sql, parameters).fetchall()

        many = f"SELECT id, {columns} FROM person WHERE id IN (SELECT value FROM json_each(:ids))"
        yield _reader(fetch_here, one, many, json.dumps)


def _reader(
    fetch: Callable[[str, dict[str, Any]], Awaitable[list[tuple[str, ...]]]],
    one: str,
    many: str,
    written: Callable[[Sequence[str]], object],
) -> PlainReader:
    async def read(subjects: Sequence[str]) -> list[tuple[str, ...]]:
        if len(subjects) == 1:
            return await fetch(one, {"id": subjects[0]})
        found = {row[0]: row[1:] for row in await fetch(many, {"ids": written(subjects)})}
        return [found[subject] for subject in subjects]

    return read


def plain_file(home: Path) -> sqlite3.Connection:
    """Open the plain table's file as durable as the door's own."""
    file = sqlite3.connect(home / PLAIN_FILE)
    file.execute("PRAGMA journal_mode=WAL")
    file.execute("PRAGMA synchronous=FULL")
    return file


async def _publish(opened: wiring.Installation) -> None:
    document, lines = read_document(json.dumps(_declaration()).encode(), DeclarationFile)
    await opened.publisher.declare(document, lines, "bench")
    token, hashed = make_token("bench", os.urandom)
    (opened.home / TOKEN_FILE).write_text(token)
    policy = {
        "format": "shouze-policy/1",
        "accounts": [{"id": "crm", "name": _BOTH, "grants": [{"services": [SERVICE], "actions": ["read"]}]}],
        "callers": [
            {"id": "bench", "secret_sha256": hashed, "kind": "service", "actor": "crm", "until": "2099-01-01T00:00:00Z"}
        ],
    }
    await opened.publisher.apply(msgspec.convert(policy, PolicyFile), "bench")
    await opened.door.refresh()


def _declaration() -> dict[str, Any]:
    items = [{"item": item, "need": "necessary", "because": _BOTH, "refusal": _BOTH} for item in ITEMS]
    purpose = {
        "id": PURPOSE, "name": _BOTH, "means": ["collect", "read"], "how": _BOTH, "ground": "consent",
        "necessary": True, "retention": {"counted_from": "service-end"}, "items": items,
    }  # fmt: skip
    channels = {"enquiry": _BOTH, "correction": _BOTH}
    service = {"service": SERVICE, "name": _BOTH, "channels": channels, "purposes": [purpose]}
    operator = {"name": _BOTH, "authority": _BOTH, "contact": _BOTH, "licence": "B1-20260000"}
    return {"format": "shouze-declaration/1", "operator": operator, "services": [service]}


def _values() -> Values:
    """Return invented values that differ from user to user."""
    noise = iter(base64.b64encode(os.urandom(sum(SIZES))).decode())
    return {item: "".join(next(noise) for _ in range(size)) for item, size in zip(ITEMS, SIZES, strict=True)}


async def _fill(opened: wiring.Installation, people: list[tuple[str, Values]]) -> None:
    subjects, values, keys = list[Parameters](), list[Parameters](), list[Parameters]()
    for subject, person in people:
        key, rows = _keys(opened, subject)
        keys += rows
        subjects.append({"subject": subject, "standing": write_standing(_standing(), KNOWN.newest)})
        values.append(_sealed(opened, subject, key, person))
    async with opened.stores.databases["custody"].transaction() as custody:
        await custody.execute_many(_SUBJECT, subjects)
        await custody.execute_many(_VALUE, values)
        await custody.execute_many(_SERVICE, [{"subject": subject, "service": SERVICE} for subject, _ in people])
    async with opened.stores.databases["keys"].transaction() as vault:
        await vault.execute_many(_KEY, keys)


def _keys(opened: wiring.Installation, subject: str) -> tuple[bytes, list[Parameters]]:
    key, wrapped = fresh_subject_key(opened.ring, subject, GROUND, os.urandom)
    return key, [{"subject": subject, "ground": GROUND, **wrapped._asdict()}]


def _sealed(opened: wiring.Installation, subject: str, key: bytes, person: Values) -> Parameters:
    plain = packed_first(person)
    row = sealed(opened.door.room, (opened.ring.suite, 1, key), subject, GROUND, PACK, 1, plain)
    return {"subject": subject, **row._asdict()}


def _standing() -> Standing:
    """Return a standing like everybody's but for its moment: nobody agreed at the same time as another."""
    now = datetime.now(UTC)
    consent = Consent(1, frozenset(ITEMS), now, "ticked", "app")
    held = {GROUND: {item: Held(1, now) for item in ITEMS}}
    return Standing(services={SERVICE: None}, consents={GROUND: consent}, held=held)
