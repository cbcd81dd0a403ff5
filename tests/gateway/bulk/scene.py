"""An operator whose marketing asks for exports and destructions, whose officer approves them, and its users."""

from __future__ import annotations

import io
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from dataclasses import replace as rearranged
from datetime import timedelta
from pathlib import Path

import pyrage

from shouze.cli import story
from shouze.gateway.asking import Done, Request, Visitor
from shouze.gateway.bulk.means import Means
from shouze.gateway.bulk.office import Bulk
from shouze.gateway.bulk.request import Chunk, Form, Job, Listed, Remarks
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.tile import decode_bundle
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.rules.entries import PolicyFile
from shouze.rules.use import Actor
from shouze.settings import Settings
from shouze.wiring import Installation
from shouze.wiring.bulk import bulk_of
from tests.installation import CRM, MovingClock, ask, consents, operator

IDENTITY = pyrage.x25519.Identity.generate()
KEY = str(IDENTITY.to_public())
ANALYST = Visitor(Actor("staff", "S-0500", post="analyst"))
OFFICER = Visitor(Actor("staff", "S-0001", post="reviewer"))
REMARKS = Remarks(reason="原因金丝雀", ticket="工单金丝雀", recipient="接收方金丝雀")
CANARIES = ("原因金丝雀", "工单金丝雀", "接收方金丝雀", "用户金丝雀", "138000")
POLICY = """
posts:
  - id: analyst
    name: {zh: 分析员, en: Analyst}
    grants:
      - {services: [mobile], actions: [export, copy, destroy]}
  - id: reviewer
    name: {zh: 审查员, en: Reviewer}
    grants:
      - {services: [mobile], actions: [approve]}
"""


def declaration() -> bytes:
    """Return the story's declaration with means for what comes in bulk."""
    text = story.read("declaration.yaml").decode()
    text = text.replace("means: [read, use, compare, collect]", "means: [read, use, compare, collect, export, destroy]")
    text = text.replace("means: [collect, use, export]", "means: [collect, use, export, destroy]")
    text = text.replace("means: [collect, use, disclose]", "means: [collect, use, disclose, export]")
    return text.replace("means: [read, disclose]", "means: [read, disclose, destroy]").encode()


def policy() -> str:
    """Return the story's policy with an analyst who asks and a reviewer who approves."""
    return story.read("policy.yaml").decode().replace("\nposts:", POLICY.rstrip(), 1)


def person(number: int) -> dict[str, str]:
    """Return a person who does not exist."""
    return {"name": f"用户金丝雀{number:04}", "phone": f"138000{number:05}"}


@dataclass
class Scene:
    """An installation with users, and its bulk operations in small chunks."""

    opened: Installation
    bulk: Bulk
    clock: MovingClock
    subjects: list[str]

    @property
    def means(self) -> Means:
        return self.bulk.means

    async def request(self, **more: object) -> Job:
        listed = more.pop("listed", None)
        assert listed is None or isinstance(listed, Listed)
        visitor = more.pop("visitor", ANALYST)
        assert isinstance(visitor, Visitor)
        return await self.bulk.request(visitor, form(**more), REMARKS, listed)

    async def approved(self, **more: object) -> Job:
        job = await self.request(**more)
        return await self.bulk.approve(OFFICER, job.id)

    async def chunks(self, job: Job) -> list[Chunk]:
        return await self.means.requests.chunks(job.id, 0, 1000)

    async def leaves(self) -> list[Leaf]:
        return await leaves(self.opened)

    async def rows(self, job: Job) -> list[str]:
        """Return the lines of a result, opened with the recipient's identity."""
        return text_of(b"".join([part async for part in await self.bulk.fetch(ANALYST, job.id)])).splitlines()

    async def release(self, subject: str) -> object:
        return await self.opened.door.release(CRM, ask(subject, "name", "phone"))


async def leaves(opened: Installation) -> list[Leaf]:
    rows = await opened.stores.databases["log"].fetch("SELECT n, body FROM log.staging ORDER BY at, nseq")
    return [parse_leaf(leaf) for n, body in rows for leaf in decode_bundle(body, n)]


def form(**more: object) -> Form:
    usual: dict[str, object] = {
        "service": "mobile", "purpose": "customer-service", "action": "export", "items": ("name", "phone"),
        "volume": 100, "recipient_key": KEY,
    }  # fmt: skip
    if more.get("action") == "destroy":
        usual["recipient_key"] = None
    return Form(**{**usual, **more})  # type: ignore[arg-type]  # words for the form's own fields


def text_of(archive: bytes) -> str:
    """Return the parts of an archive, opened and put one after another."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        parts = [tar.extractfile(each) for each in tar.getmembers()]
        return b"".join(pyrage.decrypt(part.read(), [IDENTITY]) for part in parts if part).decode()


@asynccontextmanager
async def scene(
    home: Path, settings: Settings | None = None, *, users: int = 25, chunk: int = 10, fresh: bool = True,
    clock: MovingClock | None = None,
) -> AsyncIterator[Scene]:  # fmt: skip
    """Open an installation with users; one that is there already with ``fresh`` False."""
    clock = clock or MovingClock()
    async with operator(home, settings, clock=clock, declared=False) as opened:
        subjects = await populate(opened, users) if fresh else []
        bulk = bulk_of(opened)
        yield Scene(opened, Bulk(rearranged(bulk.means, chunk=chunk)), clock, sorted(subjects))


async def populate(opened: Installation, users: int) -> list[str]:
    document, lines = read_document(declaration(), DeclarationFile)
    await opened.publisher.declare(document, lines, "test")
    entries, _ = read_document(policy().encode(), PolicyFile)
    await opened.publisher.apply(entries, "test")
    await opened.door.refresh()
    return [(await subscribe_one(opened, number)).subject for number in range(users)]


async def subscribe_one(opened: Installation, number: int) -> Done:
    """Take in one user with consent to customer service; the law's register keeps the name and number too."""
    agreed = {"customer-service": ("name", "phone")}
    request = Request(service="mobile", purposes=("customer-service",), action="collect")
    return await opened.door.collect(CRM, request, person(number), consents("mobile", agreed))


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
