"""Binds identifiers to subjects, from a moment to a moment.

# Invariant: each statement that writes touches one tag; no two subjects hold one exclusive identifier at a time.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec

from shouze.gateway.ports import Claim
from shouze.store.driver import Database, DuplicateError, Parameters, micros

GRACE = timedelta(minutes=1)
"""How long a holder that does not exist may still be in the making."""
TRIES = 3
"""How often a claim looks again after another claim of the same identifier came first."""

_HOLDERS = """
SELECT binding.subject, binding.since, subject.standing
FROM custody.binding AS binding LEFT JOIN custody.subject AS subject ON subject.id = binding.subject
WHERE binding.tag = :tag AND binding.until IS NULL AND (binding.exclusive = 1 OR binding.subject = :subject)
"""
_REMOVE_HOLDER = "DELETE FROM custody.binding WHERE tag = :tag AND subject = :holder AND until IS NULL"
_BIND = """
INSERT INTO custody.binding (tag, subject, item, exclusive, since, until)
VALUES (:tag, :subject, :item, :exclusive, :since, NULL)
ON CONFLICT (tag, subject, since) DO UPDATE SET until = NULL
"""
_OF_SUBJECT = "SELECT tag, item, until FROM custody.binding WHERE subject = :subject ORDER BY tag"
_END = "UPDATE custody.binding SET until = :until WHERE tag = :tag AND subject = :subject AND until IS NULL"
_FORGET = "DELETE FROM custody.binding WHERE tag = :tag AND subject = :subject"


class _Gone(msgspec.Struct):
    """The part of a standing that says whether its subject still holds anything."""

    erased_at: str | None = None


async def claim(database: Database, subject: str, claims: Sequence[Claim], now: datetime) -> list[str]:
    """Bind each identifier to the subject; return the items of those that another living subject holds."""
    held = await asyncio.gather(*(_claim(database, subject, each, now) for each in claims))
    return [each.item for each, mine in zip(claims, held, strict=True) if not mine]


async def unbind(
    database: Database, subject: str, items: Sequence[str] | None, keep: Sequence[bytes], until: datetime | None
) -> None:
    """End the subject's bindings of these items (None: all) but for ``keep``; without ``until``, remove them."""
    for tag, item, ended in await database.fetch(_OF_SUBJECT, {"subject": subject}):
        if (items is not None and item not in items) or tag in keep:
            continue
        if until is None:
            await database.execute(_FORGET, {"tag": tag, "subject": subject})
        elif ended is None:
            await database.execute(_END, {"tag": tag, "subject": subject, "until": micros(until)})


async def bound(database: Database, subject: str) -> dict[str, tuple[bytes, ...]]:
    """Return the tags now bound to the subject, by item."""
    present: dict[str, list[bytes]] = defaultdict(list)
    for tag, item, until in await database.fetch(_OF_SUBJECT, {"subject": subject}):
        if until is None:
            present[item].append(tag)
    return {item: tuple(tags) for item, tags in present.items()}


async def _claim(database: Database, subject: str, claim: Claim, now: datetime) -> bool:
    """Return whether the subject holds the identifier now; look again when another claim came in between."""
    for _ in range(TRIES):
        holders = await database.fetch(_HOLDERS, {"tag": claim.tag, "subject": subject})
        if any(holder == subject for holder, _, _ in holders):
            return True
        others = holders if claim.exclusive else []
        if any(_lives(standing, since, now) for _, since, standing in others):
            return False
        with suppress(DuplicateError):
            await _bind(database, subject, claim, [holder for holder, _, _ in others], now)
            return True
    return False


async def _bind(database: Database, subject: str, claim: Claim, gone: Sequence[str], now: datetime) -> None:
    async with database.transaction() as transaction:
        for holder in gone:
            await transaction.execute(_REMOVE_HOLDER, {"tag": claim.tag, "holder": holder})
        row: Parameters = {"tag": claim.tag, "subject": subject, "item": claim.item, "since": micros(now)}
        await transaction.execute(_BIND, {**row, "exclusive": int(claim.exclusive)})


def _lives(standing: bytes | None, since: int, now: datetime) -> bool:
    """Tell whether a holder is neither erased nor cut off in its creation."""
    if standing is None:
        return since > micros(now - GRACE)
    return msgspec.json.decode(standing, type=_Gone).erased_at is None
