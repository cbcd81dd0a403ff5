"""Makes the content that later releases are tried on: an installation written by one release, and what it answered.

Run it with the sources of that release before this repository's, here those of 0.1.0 checked out beside it::

    git worktree add ../release-0.1.0 72cd4cd
    PYTHONPATH=../release-0.1.0/src:. python -m tests.upgrading.make_fixture tests/upgrading/fixtures/0.1.0.zip

Written is one zip: the rows (SQL for each schema's file), the tables as PostgreSQL has them, the key files, and
``answers.json``: what was asked before and after some changes, and what the release said. All people are invented.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from shouze import wiring
from shouze.api.tokens import make_token
from shouze.cli import story
from shouze.cli.story.people import Person, person
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.rules.entries import PolicyFile
from shouze.settings import Settings
from shouze.store.driver import SCHEMAS
from shouze.store.opening import prepare_postgres
from tests import postgres
from tests.upgrading.answering import Asked, Clock, answers

SETTINGS = Settings(log_level="error")
BEGAN = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
WAITING = 12
"""How many questions leave records that no sequencer has seen."""
UNTIL = "2099-01-01T00:00:00+08:00"
KEY_FILES = ("keyring.json", "log.key", "log.key.vkey", "log.key.signed")
CALLERS: dict[str, dict[str, str]] = {
    "crm": {"kind": "service", "actor": "crm"},
    "administrator": {"kind": "service", "actor": "administrator"},
    "clerk": {"kind": "staff", "actor": "S-0042", "post": "customer-service"},
    "marketing": {"kind": "staff", "actor": "S-0077", "post": "marketing"},
    "legal": {"kind": "staff", "actor": "S-0099", "post": "legal"},
    "officer": {"kind": "staff", "actor": "S-0001", "post": "security-officer"},
}
ROLES = (
    "keeping", "withdrawn", "narrowed", "left", "erased", "gave-back", "took-over", "frozen", "corrected", "agreed",
    "large", "sharing", "left-one",
)  # fmt: skip
NECESSARY = {"open-account": ["name", "phone", "id-number", "address"], "customer-service": ["name", "phone"]}
OFFERS = {"offers": ["phone"]}
DELIVERY = {"deliver-card": ["name", "phone", "address"]}
EVERYTHING = ["name", "phone", "id-number", "address"]


class Telling:
    """One installation while it is filled: who may ask, and who is who."""

    def __init__(self, opened: wiring.Installation, clock: Clock) -> None:
        self.opened, self.clock = opened, clock
        self.tokens: dict[str, str] = {}
        self.subjects: dict[str, str] = {}
        self.kept: list[dict[str, Any]] = []

    async def say(self, path: str, body: dict[str, Any], token: str = "crm", key: str | None = None) -> dict[str, Any]:
        asked = {"token": token, "path": f"/v1/{path}", "body": body, **({"key": key} if key else {})}
        [answer] = await answers(self.opened, self.clock, self.tokens, [asked])
        if answer["status"] != 200:
            raise AssertionError(path, answer)
        if key:
            self.kept.append({"asked": asked, "answer": answer})
        self.clock.time += timedelta(seconds=7)
        return answer

    async def subscribe(self, role: str, also: dict[str, list[str]], **other: str) -> None:
        agreed = {**NECESSARY, **also}
        one = person(ROLES.index(role))
        body = {
            "service": "mobile", "purposes": list(agreed), "values": {**one.mobile, **other},
            "consents": [_consent(purpose, items) for purpose, items in agreed.items()],
        }  # fmt: skip
        self.subjects[role] = (await self.say("collect", body, key=f"join-{role}"))["subject"]

    async def join_drive(self, role: str) -> None:
        one = person(ROLES.index(role))
        known = {"subject": {"id": self.subjects[role]}} if role in self.subjects else {}
        body = {
            "service": "cloud-drive", "purposes": ["provide-drive"], "values": {"phone": one.phone, "email": one.email},
            "consents": [_consent("provide-drive", ["phone", "email"])], **known,
        }  # fmt: skip
        self.subjects[role] = (await self.say("collect", body))["subject"]

    def about(self, role: str, service: str = "mobile", **more: Any) -> dict[str, Any]:
        return {"service": service, "subject": {"id": self.subjects[role]}, **more}


def _consent(purpose: str, items: list[str]) -> dict[str, Any]:
    recipients = {"recipients": ["courier"]} if purpose == "deliver-card" else {}
    return {"purpose": purpose, "version": 1, "items": items, "act": "ticked", "channel": "app", **recipients}


async def publish(tell: Telling) -> None:
    document, lines = read_document(story.read("declaration.yaml"), DeclarationFile)
    await tell.opened.publisher.declare(document, lines, "fixture")
    policy, _ = read_document(story.read("policy.yaml"), PolicyFile)
    await tell.opened.publisher.apply(policy, "fixture")
    callers = []
    for name, caller in CALLERS.items():
        tell.tokens[name], hashed = make_token(f"{name}-1", os.urandom)
        callers.append({"id": f"{name}-1", "secret_sha256": hashed, "until": UNTIL, **caller})
    entries, _ = read_document(f"format: shouze-policy/1\ncallers: {json.dumps(callers)}\n".encode(), PolicyFile)
    await tell.opened.publisher.apply(entries, "fixture")
    await tell.opened.door.refresh()


async def take_in(tell: Telling) -> None:
    await tell.subscribe("keeping", {**OFFERS, **DELIVERY})
    await tell.join_drive("keeping")
    for role in ("withdrawn", "narrowed", "left", "gave-back", "frozen", "corrected", "agreed"):
        await tell.subscribe(role, OFFERS)
    await tell.subscribe("large", {}, address="云泽省云泽市星桥路" + "一" * 1500 + "号")
    await tell.subscribe("sharing", {}, **{"id-number": person(0).id_number})
    await tell.join_drive("erased")
    await tell.subscribe("left-one", {})
    await tell.join_drive("left-one")


async def live(tell: Telling) -> None:
    await tell.say("withdraw", tell.about("withdrawn", purposes=["offers"]), key="withdrawn")
    await tell.say("withdraw", tell.about("narrowed", purposes=["open-account"], items=["address"]))
    await tell.say("terminate", tell.about("left", reason="moves abroad"), key="left")
    await tell.say("terminate", tell.about("erased", "cloud-drive"))
    await tell.say("terminate", tell.about("left-one", "cloud-drive"))
    await tell.say("give-back", tell.about("gave-back", items=["phone"]))
    await tell.subscribe("took-over", {}, phone=person(ROLES.index("gave-back")).phone)
    await tell.say("freeze", {"incident": "I-2026-1", **tell.about("frozen")}, "officer")
    about = tell.about("corrected", purposes=["customer-service"], ticket="T-1")
    await tell.say("correct", {**about, "values": {"name": "王改"}}, "clerk", key="corrected")
    await tell.say("correct", {**about, "values": {"phone": "15400009999"}, "expected": {"phone": 1}}, "clerk")
    limit: dict[str, Any] = {"id": "A-1", "purposes": ["offers"], "actions": ["use"]}
    await tell.say("agree", tell.about("agreed", agreement=limit), "clerk")


def questions(tell: Telling) -> list[Asked]:
    """Return what is asked of every subject: what may be seen, by whom, found by what."""
    asked = [
        {"token": token, "path": path, "body": {**tell.about(role, service), **more}}
        for role in ROLES
        for token, service, path, more in _uses()
    ]
    for role in ROLES:
        one = person(ROLES.index(role))
        asked += [_found_by(role, one, item) for item in ("phone", "id-number")]
        compared: dict[str, Any] = {"purposes": ["customer-service"], "item": "phone", "value": one.phone}
        asked.append({"token": "crm", "path": "/v1/compare", "body": tell.about(role, **compared)})
    return asked


def _uses() -> list[tuple[str, str, str, dict[str, Any]]]:
    served = {"purposes": ["customer-service"], "items": ["name", "phone"]}
    record = {"purposes": ["real-name-record"], "items": ["name", "id-number", "phone"]}
    courier = {"purposes": ["deliver-card"], "items": DELIVERY["deliver-card"]}
    return [
        ("crm", "mobile", "/v1/release", {"purposes": ["open-account"], "items": EVERYTHING}),
        ("clerk", "mobile", "/v1/release", served),
        ("marketing", "mobile", "/v1/release", {"purposes": ["offers"], "items": ["phone"], "action": "use"}),
        ("legal", "mobile", "/v1/release", record),
        ("crm", "mobile", "/v1/release", {**courier, "action": "disclose", "recipient": "courier"}),
        ("crm", "cloud-drive", "/v1/release", {"purposes": ["provide-drive"], "items": ["phone", "email"]}),
        ("crm", "mobile", "/v1/check", {"purposes": ["open-account", "customer-service"], "items": EVERYTHING}),
    ]


def _found_by(role: str, one: Person, item: str) -> Asked:
    identifier = {"phone": one.phone, "id-number": one.id_number}[item]
    body = {"service": "mobile", "subject": {"identifiers": {item: identifier}}, "purposes": ["customer-service"]}
    return {"token": "clerk", "path": "/v1/release", "body": {**body, "items": ["name", "phone"]}}


def changes(tell: Telling) -> list[Asked]:
    """Return changes to subjects that the release wrote; ``days`` go by before the last ones."""
    given: dict[str, Any] = {"consents": [_consent("offers", ["phone"])]}
    said = [
        (
            "crm",
            "correct",
            tell.about("keeping", purposes=["open-account"], values={"name": "李改", "address": "新址1号"}),
        ),
        ("crm", "correct", tell.about("large", purposes=["open-account"], values={"address": "云泽省云泽市竹园里2号"})),
        ("clerk", "correct", tell.about("corrected", purposes=["customer-service"], values={"name": "王再改"})),
        ("crm", "consent", tell.about("withdrawn", **given)),
        ("crm", "withdraw", tell.about("narrowed", purposes=["offers"])),
        ("crm", "withdraw", tell.about("sharing", purposes=["open-account"], items=["id-number"])),
        ("officer", "unfreeze", {"incident": "I-2026-1", **tell.about("frozen")}),
        ("crm", "terminate", tell.about("agreed")),
        ("crm", "give-back", tell.about("took-over", items=["phone"])),
        ("crm", "terminate", tell.about("left-one")),
        ("administrator", "erase-due", {"limit": 200}),
    ]
    asked: list[Asked] = [{"token": token, "path": f"/v1/{path}", "body": body} for token, path, body in said]
    asked[-1]["days"] = 91
    return [*asked, {**asked[-1], "days": 120}]


async def fill(home: Path) -> dict[str, Any]:
    """Fill the installation, the last records waiting in staging; return what is known of it, and what to ask."""
    clock = Clock(BEGAN)
    async with wiring.installation(home, SETTINGS, clock=clock, covered=True) as opened:
        tell = Telling(opened, clock)
        await publish(tell)
        await take_in(tell)
        await live(tell)
    report = await wiring.verify(home, SETTINGS)
    if not report.ok:
        raise AssertionError(report.faults)
    clock.time += timedelta(hours=1)
    before = questions(tell)
    async with wiring.installation(home, SETTINGS, clock=clock) as opened:
        await answers(opened, clock, tell.tokens, before[:WAITING])
    return {
        "at": clock.now().isoformat(),
        "tokens": tell.tokens, "subjects": tell.subjects, "log": {"size": report.size, "root": report.root.hex()},
        "kept": tell.kept, "before": before, "changes": changes(tell),
    }  # fmt: skip


async def go_on(home: Path, told: dict[str, Any]) -> None:
    """Ask the release on a copy; let it make the changes there, and ask everything again."""
    clock = Clock(datetime.fromisoformat(told["at"]))
    async with wiring.installation(home, SETTINGS, clock=clock) as opened:
        asked, tokens = told["before"], told["tokens"]
        told["before"] = _paired(asked, await answers(opened, clock, tokens, asked))
        told["changes"] = _paired(told["changes"], await answers(opened, clock, tokens, told["changes"]))
        told["after"] = await answers(opened, clock, tokens, asked)


def _paired(asked: list[Asked], answered: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"asked": one, "answer": other} for one, other in zip(asked, answered, strict=True)]


def rows_of(path: Path) -> str:
    """Return a file's tables and rows as SQL."""
    file = sqlite3.connect(path)
    try:
        return "\n".join(file.iterdump()) + "\n"
    finally:
        file.close()


def tables() -> str:
    """Return the tables as PostgreSQL has them, without what only some of its versions understand."""
    reservation = postgres.Reservation()
    try:
        with postgres.database() as url:
            prepare_postgres(url)
            command = [str(postgres._programs() / "pg_dump"), "--schema-only", "--no-owner", url]
            lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    finally:
        reservation.end()
    kept = [line for line in lines if line and not line.startswith(("--", "SET ", "SELECT ", "\\"))]
    return "\n".join(kept) + "\n"


def main(path: Path) -> None:
    with tempfile.TemporaryDirectory() as place, ZipFile(path, "w", ZIP_DEFLATED) as packed:
        home, copy = Path(place) / "home", Path(place) / "copy"
        wiring.prepare(home, SETTINGS, clock=Clock(BEGAN))
        told = asyncio.run(fill(home))
        shutil.copytree(home, copy)
        asyncio.run(go_on(copy, told))
        for schema in SCHEMAS:
            packed.writestr(f"{schema}.sql", rows_of(home / f"{schema}.db"))
        for name in KEY_FILES:
            packed.writestr(name, (home / name).read_bytes())
        packed.writestr("tables.postgres.sql", tables())
        packed.writestr("answers.json", json.dumps(told, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
