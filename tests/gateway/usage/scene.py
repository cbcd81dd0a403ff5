"""An operator that keeps records of use: on consent for ninety days, by law for six months, and for its bills."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from shouze.gateway.asking import Request, SubjectRef, Visitor
from shouze.gateway.usage.asking import UsageBatch, UsageRecord, UsageSpan
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.rules.use import Actor
from shouze.settings import Settings
from shouze.wiring import Installation
from tests.installation import CRM, MovingClock, apply, consents, operator

FEED = Visitor(Actor("service", "feed"))
ANALYST = Visitor(Actor("staff", "S-1", post="network"))
PHONES = ("13812345678", "13987654321", "13700001111")
QUALITY = ("place-of-use", "session", "traffic")
QUALITY_GROUND, BILLING_GROUND, LOG_GROUND = "mobile/network-quality", "mobile/billing", "mobile/network-log"
_BOTH = {"zh": "试验", "en": "For testing"}
_PURPOSES: dict[str, tuple[Any, dict[str, str], tuple[str, ...]]] = {
    "open-account": ("consent", {"counted_from": "service-end"}, ("name", "phone")),
    "network-quality": ("consent", {"counted_from": "collection", "period": "P90D"}, QUALITY),
    "billing": ("consent", {"counted_from": "service-end"}, ("traffic", "call-record")),
    "network-log": (
        {"instrument": "cybersecurity-law", "article": "21"},
        {"counted_from": "collection", "period": "P6M"},
        ("session", "ip-address"),
    ),
}
POLICY = """
posts:
  - id: network
    name: {zh: 网络, en: Network}
    grants: [{services: [mobile], actions: [read], purposes: [network-quality, billing, network-log]}]
accounts:
  - id: feed
    name: {zh: 采集, en: Feed}
    grants: [{services: [mobile], actions: [collect], purposes: [network-quality, billing, network-log]}]
  - id: crm
    name: {zh: 客户关系, en: Customer relations}
    grants: [{services: [mobile], actions: [collect, read, correct, consent, withdraw, terminate, bind, agree]}]
  - id: administrator
    name: {zh: 管理, en: Administration}
    administers: true
"""


def declaration() -> dict[str, Any]:
    purposes = [
        {
            "id": name, "name": _BOTH, "means": ["collect", "read"], "how": _BOTH, "ground": ground, "necessary": True,
            "retention": retention,
            "items": [{"item": item, "need": "necessary", "because": _BOTH, "refusal": _BOTH} for item in items],
        }
        for name, (ground, retention, items) in _PURPOSES.items()
    ]  # fmt: skip
    channels = {"enquiry": _BOTH, "correction": _BOTH}
    service = {"service": "mobile", "name": _BOTH, "channels": channels, "purposes": purposes}
    owner = {"name": _BOTH, "authority": _BOTH, "contact": _BOTH, "licence": "B1-20260000"}
    return {"format": "shouze-declaration/1", "operator": owner, "services": [service]}


@asynccontextmanager
async def feeding(home: Path, settings: Settings | None, clock: MovingClock) -> AsyncIterator[Installation]:
    """Open an operator that keeps records of use."""
    async with operator(home, settings, declared=False, clock=clock) as opened:
        document, lines = read_document(json.dumps(declaration()).encode(), DeclarationFile)
        await opened.publisher.declare(document, lines, "test")
        await apply(opened, POLICY)
        await opened.door.refresh()
        yield opened


async def subscriber(opened: Installation, phone: str = PHONES[0]) -> str:
    """Return the id of a new user who agrees to everything."""
    agreed = {"open-account": ("name", "phone"), "network-quality": QUALITY, "billing": ("traffic", "call-record")}
    request = Request(service="mobile", purposes=("open-account",), action="collect")
    values = {"name": "张三", "phone": phone}
    done = await opened.door.collect(CRM, request, values, consents("mobile", agreed))
    return done.subject


def record(subject: str | None, at: datetime, phone: str | None = None, **items: str) -> UsageRecord:
    """Return a record of use; ``place_of_use`` stands for ``place-of-use``."""
    noted = {name.replace("_", "-"): value for name, value in items.items()}
    noted = noted or {"place-of-use": "460-00-1", "session": f"s-{at:%H%M%S}", "traffic": "1024"}
    return UsageRecord(subject=subject, at=at, items=noted, identifier={"phone": phone} if phone else {})


def batch(*records: UsageRecord, purpose: str = "network-quality", name: str | None = None) -> UsageBatch:
    return UsageBatch(service="mobile", purpose=purpose, records=records, name=name)


def asking(subject: str, *items: str, purpose: str = "network-quality", **more: Any) -> Request:
    return Request(service="mobile", subject=SubjectRef(subject), purposes=(purpose,), items=items or QUALITY, **more)


def span(now: datetime, **more: Any) -> UsageSpan:
    """Return the span of a year around now."""
    return UsageSpan(**{"since": now - timedelta(days=365), "until": now + timedelta(days=1), "limit": 1000, **more})


async def keys_of(opened: Installation, subject: str, ground: str = QUALITY_GROUND) -> set[int]:
    """Return the versions of the living keys of a ground's records of use."""
    place = f"{ground}#usage"
    return set((await opened.stores.keys.fetch(subject, [place]))[place])
