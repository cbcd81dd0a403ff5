"""Invents subscribers with eight short items, as an operator's customer file has them, and declares their service."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from shouze import wiring
from shouze.gateway.asking import Visitor
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import Lines
from shouze.rules.entries import PolicyFile
from shouze.rules.forms.check_digits import id_check_character
from shouze.rules.use import Actor

ITEMS = ("name", "phone", "id-number", "sex", "birth-date", "address", "occupation", "contact-phone")
IDENTIFIERS = ("phone", "id-number")
SERVICE, PURPOSE = "mobile", "customer-service"
MOST = 10**8
"""So many telephone numbers there are."""
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
VISITOR = Visitor(Actor("service", "intake"))

_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
_GIVEN = "伟芳娜敏静丽强磊洋勇艳杰娟涛明超霞平刚英华"
_STREETS = ("星桥路", "青山街", "云泽大道", "飞羽巷", "长河东路")
_WORK = ("工程师", "教师", "店员", "司机", "会计", "学生")
_BOTH = {"zh": "量度", "en": "For measuring"}

Values = dict[str, str]


def subscriber(number: int, random: Random) -> Values:
    """Return the items of one invented subscriber in their normal forms; telephone and identity number are its own."""
    born = date(1950, 1, 1) + timedelta(days=number % 20_000)
    digits = f"110105{born:%Y%m%d}{number // 20_000 % 1000:03}"
    return {
        "name": random.choice(_FAMILY) + random.choice(_GIVEN) + random.choice(_GIVEN),
        "phone": f"+86138{number:08}",
        "id-number": digits + id_check_character(digits),
        "sex": random.choice("男女"),
        "birth-date": born.isoformat(),
        "address": f"云泽省云泽市{random.choice(_STREETS)}{random.randrange(1, 999)}号",
        "occupation": random.choice(_WORK),
        "contact-phone": f"+86139{random.randrange(MOST):08}",
    }


def subscribers(count: int, seed: int = 1) -> Iterator[Values]:
    """Yield so many subscribers."""
    random = Random(seed)
    return (subscriber(number, random) for number in range(count))


def write_csv(path: Path, count: int) -> None:
    """Write so many subscribers as a file of comma-separated values, row by row."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ITEMS)
        writer.writeheader()
        writer.writerows(subscribers(count))


def declaration() -> dict[str, Any]:
    """Return the declaration of the service: one purpose on consent, all eight items."""
    items = [{"item": item, "need": "necessary", "because": _BOTH, "refusal": _BOTH} for item in ITEMS]
    purpose = {
        "id": PURPOSE, "name": _BOTH, "means": ["collect", "read"], "how": _BOTH, "ground": "consent",
        "necessary": True, "retention": {"counted_from": "service-end"}, "items": items,
    }  # fmt: skip
    channels = {"enquiry": _BOTH, "correction": _BOTH}
    service = {"service": SERVICE, "name": _BOTH, "channels": channels, "purposes": [purpose]}
    operator = {"name": _BOTH, "authority": _BOTH, "contact": _BOTH, "licence": "B1-20260000"}
    return {"format": "shouze-declaration/1", "operator": operator, "services": [service]}


async def publish(opened: wiring.Installation) -> None:
    """Publish the declaration, and the account that takes the subscribers in."""
    await opened.publisher.declare(msgspec.convert(declaration(), DeclarationFile), Lines(), "bench")
    grants = [{"services": [SERVICE], "actions": ["collect", "read"]}]
    account = {"id": VISITOR.actor.id, "name": _BOTH, "grants": grants}
    await opened.publisher.apply(
        msgspec.convert({"format": "shouze-policy/1", "accounts": [account]}, PolicyFile), "bench"
    )
    await opened.door.refresh()
