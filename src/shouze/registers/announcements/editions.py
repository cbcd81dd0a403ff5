"""Editions: what is published is one text, whose SHA-256 the log's leaf of the act names, so that anybody can check it.

# Invariant: an edition never changes. A correction is another edition; a removal is one too, and empties the texts of
those before it, so that a name which the law takes from the public stands in no public text. Each text holds a random
number: from the digest that stays in the log nobody can try out what stood there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from secrets import token_hex
from typing import Any, Literal, NamedTuple, Protocol

from shouze.registers.announcements.models import Edition
from shouze.registers.ports import GIVEN

FORM = "shouze-publication/1"
REMOVAL = "removal"
Kind = Literal["publication", "correction", "removal"]


class Row(Protocol):
    """A row that has editions."""

    pk: Any
    number: str
    edition: int
    digest: str


class Said(NamedTuple):
    """What an edition says: by which act of which register, its title, its members, what it is found by."""

    register: str
    act: str
    kind: Kind
    title: str
    members: Mapping[str, Any]
    sought: str = ""


def publish(row: Row, said: Said, now: datetime) -> Edition:
    """Publish the next edition of a row and put its digest into the row, which the act's leaf then names."""
    row.edition += 1
    whole = {
        "form": FORM, "number": row.number, "edition": row.edition, "kind": said.kind, "register": said.register,
        "at": now.isoformat(timespec="seconds"), "title": said.title, "random": token_hex(16),
        **{name: _plain(value) for name, value in said.members.items() if value not in (None, "", [])},
    }  # fmt: skip
    content = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    row.digest = digest_of(content)
    earlier = Edition.objects.filter(number=row.number)
    earlier.update(current=False)
    if said.kind == REMOVAL:
        earlier.update(content="", sought="", title=said.title)
    return Edition.objects.create(
        register=said.register, entry=row.pk, number=row.number, edition=row.edition, kind=said.kind, act=said.act,
        title=said.title[:300], at=now, content=content, sought=said.sought.casefold(), digest=row.digest,
    )  # fmt: skip


def digest_of(content: str) -> str:
    """Return the SHA-256 of an edition's text, in hex."""
    return sha256(content.encode()).hexdigest()


def members_of(edition: Edition) -> dict[str, Any]:
    """Return what an edition says; nothing of one whose text was emptied."""
    found: dict[str, Any] = json.loads(edition.content) if edition.content else {}
    return found


def address(number: str) -> str:
    """Return the permanent link of an entry, whole where this installation knows how it is reached."""
    reached = GIVEN.own.address.rstrip("/") if GIVEN.own else ""
    return f"{reached}/public/{number}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
