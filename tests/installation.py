"""An installation to test with: the story's operator, real stores, a clock that the test moves."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from shouze import wiring
from shouze.cli import story
from shouze.gateway.asking import ConsentGiven, Done, Request, SubjectRef, Visitor
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import Lines, read_document
from shouze.rules.entries import PolicyFile
from shouze.rules.use import Actor, Place
from shouze.settings import Settings
from shouze.store.opening import prepare_sqlite

PERSON = {"name": "张三", "phone": "13812345678", "id-number": "11010519491231002X", "address": "云泽省云泽市星桥路1号"}
"""A person who does not exist; the identity number is the standard's own example."""
OTHER = {"name": "李四", "phone": "13987654321", "id-number": "440524188001010014", "address": "云泽省云泽市青山街2号"}

CRM = Visitor(Actor("service", "crm"))
CLERK = Visitor(Actor("staff", "S-0042", post="customer-service"), Place("HQ", "T-7", "127.0.0.1"))
MARKETING = Visitor(Actor("staff", "S-0077", post="marketing"))
LEGAL = Visitor(Actor("staff", "S-0099", post="legal"))
SECURITY = Visitor(Actor("staff", "S-0001", post="security-officer"))
AGENT = Visitor(Actor("agent-staff", "A-0007", agent="qingshan-stores"), Place("QS-01"))

MOBILE = ("open-account", "customer-service")


class MovingClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime | None = None) -> None:
        self.time = now or datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def move(self, by: timedelta) -> None:
        self.time += by


@asynccontextmanager
async def operator(
    home: Path, settings: Settings | None = None, *, declared: bool = True, clock: MovingClock | None = None,
    decorate: wiring.Decorate = lambda stores: stores,
) -> AsyncIterator[wiring.Installation]:  # fmt: skip
    """Open an installation in ``home`` whose policy is the story's."""
    settings, clock = settings or Settings(), clock or MovingClock()
    if not settings.database:
        furnish(home)
    wiring.prepare(home, settings, clock=clock)
    async with wiring.installation(home, settings, clock=clock, decorate=decorate) as opened:
        if declared:
            await declare_story(opened)
        yield opened


def furnish(home: Path) -> None:
    """Put the tables of a new installation into a folder that has none; ``wiring.prepare`` adds what else it lacks."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in _tables().items():
        if not (home / name).exists():
            (home / name).touch(mode=0o600)
            (home / name).write_bytes(content)


@cache
def _tables() -> dict[str, bytes]:
    """Return the files of a new store by name, made once: migrating takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        prepare_sqlite(Path(folder))
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


async def declare_story(opened: wiring.Installation) -> None:
    (document, lines), policy = _story()
    await opened.publisher.declare(document, lines, "test")
    await opened.publisher.apply(policy, "test")
    await opened.door.refresh()


@cache
def _story() -> tuple[tuple[DeclarationFile, Lines], PolicyFile]:
    """Return the story's declaration and policy, read once."""
    policy, _ = read_document(story.read("policy.yaml"), PolicyFile)
    return read_document(story.read("declaration.yaml"), DeclarationFile), policy


async def apply(opened: wiring.Installation, text: str) -> None:
    """Publish policy entries written as YAML."""
    policy, _ = read_document(f"format: shouze-policy/1\n{text}".encode(), PolicyFile)
    await opened.publisher.apply(policy, "test")


def consents(
    service: str, items: Mapping[str, Sequence[str]], *, version: int = 1, recipients: Sequence[str] = ()
) -> tuple[ConsentGiven, ...]:
    """Return consents to purposes (name to items) as a form in the app would give them."""
    assert service
    return tuple(
        ConsentGiven(
            purpose=purpose, version=version, items=frozenset(names), act="ticked", channel="app",
            recipients=frozenset(recipients),
        )
        for purpose, names in items.items()
    )  # fmt: skip


NECESSARY = {"open-account": ("name", "phone", "id-number", "address"), "customer-service": ("name", "phone")}


async def subscribe(
    opened: wiring.Installation, person: Mapping[str, str] = PERSON, *, also: Mapping[str, Sequence[str]] | None = None
) -> Done:
    """Open a mobile account for ``person`` with consent to what is necessary and to ``also``."""
    agreed = {**NECESSARY, **(also or {})}
    given = consents("mobile", agreed, recipients=())
    request = Request(service="mobile", purposes=tuple(agreed), action="collect")
    return await opened.door.collect(CRM, request, person, given)


def ask(
    subject: str | Mapping[str, str],
    *items: str,
    service: str = "mobile",
    purposes: Sequence[str] = ("customer-service",),
    **more: object,
) -> Request:
    """Return a request about a subject, named by id or by identifiers."""
    ref = SubjectRef(id=subject) if isinstance(subject, str) else SubjectRef(identifiers=dict(subject))
    return Request(service=service, subject=ref, purposes=tuple(purposes), items=items, **more)  # type: ignore[arg-type]  # words for Request's own fields
