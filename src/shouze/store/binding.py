"""Binds identifiers to subjects, from a moment to a moment.

While the index key is replaced, an identifier has a tag under each key, bound from the same moment and ended together.

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
from shouze.gateway.rotation_ports import IndexEndedError
from shouze.language import Text
from shouze.ledger.moments import micros
from shouze.store.driver import NOTHING, Database, DuplicateError, Parameters, Row
from shouze.store.given import given
from shouze.store.standing_form import read_standing

GRACE = timedelta(minutes=1)
"""How long a holder that does not exist may still be in the making."""
TRIES = 3
"""How often a claim looks again after another claim of the same identifier came first."""

_HOLDERS = """
SELECT binding.subject, binding.since, subject.standing
FROM custody.binding AS binding LEFT JOIN custody.subject AS subject ON subject.id = binding.subject
WHERE binding.tag = :tag AND binding.until IS NULL AND (binding.exclusive = 1 OR binding.subject = :subject)
"""
_OF_TAGS = {
    dialect: f"""
SELECT binding.tag, binding.subject FROM {asked} JOIN custody.binding AS binding ON binding.tag = asked.tag
JOIN custody.subject AS subject ON subject.id = binding.subject
WHERE binding.until IS NULL
"""  # noqa: S608 - made of constants
    for dialect, asked in (
        ("sqlite", "(SELECT DISTINCT unhexed(value) AS tag FROM json_each(:tags)) AS asked"),
        ("postgres", given("asked", tag="tags bytea")),
    )
}
_REMOVE_HOLDER = "DELETE FROM custody.binding WHERE tag = :tag AND subject = :holder AND until IS NULL"
OLDEST = "SELECT oldest FROM custody.index_floor"
ENDED = "SELECT 1 FROM custody.index_floor WHERE newest > :newest OR oldest > :version"
_BIND = f"""
INSERT INTO custody.binding (tag, subject, item, exclusive, since, until, index_version)
SELECT :tag, :subject, :item, :exclusive, :since, NULL, :version WHERE NOT EXISTS ({ENDED})
ON CONFLICT (tag, subject, since) DO UPDATE SET until = NULL
"""
_OF_SUBJECT = "SELECT tag, item, since, until, index_version FROM custody.binding WHERE subject = :subject ORDER BY tag"
_END = "UPDATE custody.binding SET until = :until WHERE tag = :tag AND subject = :subject AND until IS NULL"
_FORGET = "DELETE FROM custody.binding WHERE tag = :tag AND subject = :subject"


async def claim(database: Database, subject: str, claims: Sequence[Claim], now: datetime) -> list[str]:
    """Bind each identifier to the subject; return the items of those that another living subject holds.

    Tags of the oldest index key come first: who does not win there claims none under a newer one. Tags that are being
    forgotten are claimed no more.
    """
    newest = max((each.version for each in claims), default=0)
    for version in sorted({each.version for each in claims}):
        some = [each for each in claims if each.version == version]
        try:
            held = await asyncio.gather(*(_claim(database, subject, each, newest, now) for each in some))
        except IndexEndedError:
            if version == newest:
                raise
            continue
        if taken := [each.item for each, mine in zip(some, held, strict=True) if not mine]:
            return taken
    return []


async def holders(database: Database, tags: Sequence[bytes]) -> list[str]:
    """Return the subjects that any of the tags is bound to now, each once."""
    held = await holders_by_tag(database, tags)
    return sorted({subject for subjects in held.values() for subject in subjects})


async def holders_by_tag(database: Database, tags: Sequence[bytes]) -> dict[bytes, set[str]]:
    """Return the subjects that each of the tags is bound to now; tags of nobody are left out."""
    asked: Parameters
    if database.dialect == "postgres":
        asked = {"tags": list(dict.fromkeys(tags))}
    else:
        asked = {"tags": msgspec.json.encode([each.hex() for each in tags]).decode()}
    held: dict[bytes, set[str]] = {}
    for tag, subject in await database.fetch(_OF_TAGS[database.dialect], asked):
        held.setdefault(tag, set()).add(subject)
    return held


async def unbind(
    database: Database, subject: str, items: Sequence[str] | None, keep: Sequence[bytes], until: datetime | None
) -> None:
    """End the subject's bindings of these items (None: all) but for ``keep``; without ``until``, remove them.

    A tag that a program which replaces the index key binds meanwhile is met when looking again; what stands beside a
    kept tag is kept with it.
    """
    end, more = (_FORGET, NOTHING) if until is None else (_END, {"until": micros(until)})
    while tags := _to_end(await database.fetch(_OF_SUBJECT, {"subject": subject}), items, keep, until):
        async with database.transaction() as transaction:
            for tag in tags:
                await transaction.execute(end, {"tag": tag, "subject": subject, **more})


async def bound(database: Database, subject: str) -> dict[str, tuple[bytes, ...]]:
    """Return the tags now bound to the subject, by item."""
    present: dict[str, list[bytes]] = defaultdict(list)
    for tag, item, _, until, _ in await database.fetch(_OF_SUBJECT, {"subject": subject}):
        if until is None:
            present[item].append(tag)
    return {item: tuple(tags) for item, tags in present.items()}


def index_ended() -> IndexEndedError:
    """Return the error for claims that are made with index keys which are behind."""
    return IndexEndedError(
        Text("索引密钥正在更换，本网关尚未跟上", "The index key is being replaced and this gateway is behind"),
        field="keyring",
        remedy=Text("稍后重试；若持续出现，核对密钥环", "Try again shortly; if it goes on, check the key ring"),
    )


def _to_end(
    rows: Sequence[Row], items: Sequence[str] | None, keep: Sequence[bytes], until: datetime | None
) -> list[bytes]:
    """Return the tags to end; a kept tag that was bound again under a key not heard of when ``keep`` was made stays."""
    kept = [(item, since, version) for tag, item, since, ended, version in rows if tag in keep and ended is None]
    beside, heard_of = {row[:2] for row in kept}, {(item, version) for item, _, version in kept}
    return [
        tag
        for tag, item, since, ended, version in rows
        if (items is None or item in items)
        and tag not in keep
        and ((item, since) not in beside or (item, version) in heard_of)
        and (until is None or ended is None)
    ]


async def _claim(database: Database, subject: str, claim: Claim, newest: int, now: datetime) -> bool:
    """Return whether the subject holds the identifier now; look again when another claim came in between."""
    for _ in range(TRIES):
        holders = await database.fetch(_HOLDERS, {"tag": claim.tag, "subject": subject})
        if any(holder == subject for holder, _, _ in holders):
            if await database.fetch(ENDED, {"version": claim.version, "newest": newest}):
                raise index_ended()
            return True
        others = holders if claim.exclusive else []
        if any(_lives(standing, since, now) for _, since, standing in others):
            return False
        with suppress(DuplicateError):
            await _bind(database, subject, claim, newest, [holder for holder, _, _ in others], now)
            return True
    return False


async def _bind(
    database: Database, subject: str, claim: Claim, newest: int, gone: Sequence[str], now: datetime
) -> None:
    async with database.transaction() as transaction:
        for holder in gone:
            await transaction.execute(_REMOVE_HOLDER, {"tag": claim.tag, "holder": holder})
        row: Parameters = {"tag": claim.tag, "subject": subject, "item": claim.item, "since": micros(now)}
        row = {**row, "exclusive": int(claim.exclusive), "version": claim.version, "newest": newest}
        if not await transaction.execute(_BIND, row):
            raise index_ended()


def _lives(standing: bytes | None, since: int, now: datetime) -> bool:
    """Tell whether a holder is neither erased nor cut off in its creation."""
    if standing is None:
        return since > micros(now - GRACE)
    return read_standing(standing).erased_at is None
