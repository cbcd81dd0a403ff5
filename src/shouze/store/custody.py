"""Keeps subjects, their sealed values and their identifiers: the gateway's port ``Custody``.

# Invariant: no transaction spans two subjects or two tags.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zlib import crc32

from shouze.gateway.arriving import Mark
from shouze.gateway.ports import Answer, Change, Claim, EndedKey, Newcomer, Query
from shouze.rules.use import USAGE
from shouze.store import binding, looking_up, taking_in
from shouze.store.driver import Database, Parameters, Transaction, micros
from shouze.store.policies import StoredPolicies
from shouze.store.standing_form import read_standing, write_standing

AT_ONCE = 0
"""When a subject with a key to destroy is due."""
LIFE = timedelta(days=1)
"""Longer than any single-use number lives; one that ended so long ago may be forgotten."""
LISTED = timedelta(days=366)
"""How long an erasure stays listed: longer than any backup opens anything."""
PURGE_ONE_IN, PURGE = 16, 64
"""One number in so many takes the opportunity to forget so many old ones."""

_CREATE = """
INSERT INTO custody.subject (id, revision, standing, next_due) VALUES (:subject, 1, :standing, :next_due)
ON CONFLICT (id) DO NOTHING
"""
_CHANGE = """
UPDATE custody.subject SET revision = revision + 1, standing = :standing, next_due = :next_due
WHERE id = :subject AND revision = :revision
"""
_PUT = """
INSERT INTO custody.subject_value (subject, ground, item, version, sealed)
VALUES (:subject, :ground, :item, :version, :sealed)
ON CONFLICT (subject, ground, item) DO UPDATE SET version = excluded.version, sealed = excluded.sealed
"""
_REMOVE = "DELETE FROM custody.subject_value WHERE subject = :subject AND ground = :ground AND item = :item"
_OWE = """
INSERT INTO custody.ending (subject, ground, version) VALUES (:subject, :ground, :version)
ON CONFLICT (subject, ground, version) DO NOTHING
"""
_SWEEP_USAGE = """
INSERT INTO custody.usage_ended (subject, ground) VALUES (:subject, :ground) ON CONFLICT (subject, ground) DO NOTHING
"""
_PAID = "DELETE FROM custody.ending WHERE subject = :subject AND ground = :ground AND version = :version"
_LIST = """
INSERT INTO custody.erasure (subject, revision, at, standing)
VALUES (:subject, :revision, CAST(:at AS bigint), :standing)
"""
_UNLIST = """
DELETE FROM custody.erasure WHERE (subject, revision) IN (
    SELECT subject, revision FROM custody.erasure WHERE at < :before ORDER BY at LIMIT :limit
)
"""
_OWED = "SELECT ground, version FROM custody.ending WHERE subject = :subject ORDER BY ground, version"
_HOLD_ROW = "UPDATE custody.subject SET revision = revision WHERE id = :subject"
_STANDING = "SELECT standing FROM custody.subject WHERE id = :subject"
_SET_DUE = "UPDATE custody.subject SET next_due = :next_due WHERE id = :subject"
_DUE = """
SELECT id FROM custody.subject WHERE next_due IS NOT NULL AND next_due <= :now ORDER BY next_due, id LIMIT :limit
"""
_SERVICES = "SELECT service FROM custody.service_user WHERE subject = :subject"
_JOIN = "INSERT INTO custody.service_user (subject, service) VALUES (:subject, :service)"
_LEAVE = "DELETE FROM custody.service_user WHERE subject = :subject AND service = :service"
_USING = """
SELECT subject FROM custody.service_user WHERE service = :service AND subject > :after ORDER BY subject LIMIT :limit
"""
_SEE = """
INSERT INTO custody.seen (issuer, number, until) VALUES (:issuer, :number, :until)
ON CONFLICT (issuer, number) DO NOTHING
"""
_FORGET_SEEN = """
DELETE FROM custody.seen WHERE issuer = :issuer AND number IN (
    SELECT number FROM custody.seen WHERE issuer = :issuer AND until < :before ORDER BY until LIMIT :limit
)
"""


class StoredCustody:
    """``Custody`` on a database; says what the port says."""

    def __init__(self, database: Database, policies: StoredPolicies) -> None:
        """``policies`` says in which stored format standings are written."""
        self._database, self._policies = database, policies

    async def look_up(self, queries: Sequence[Query]) -> list[Answer]:
        """Answer all queries with one statement in one snapshot."""
        return await looking_up.look_up(self._database, queries)

    async def change(self, change: Change) -> bool:
        """Write the next state unless the revision has moved on."""
        due = change.standing.next_due()
        row = {
            "subject": change.subject,
            "standing": write_standing(change.standing, self._policies.writes),
            "next_due": None if due is None else micros(due),
        }
        async with self._database.transaction() as transaction:
            # From here on the subject's row is locked: whoever changes it or settles its endings waits.
            if change.revision == 0:
                written = await transaction.execute(_CREATE, row)
            else:
                written = await transaction.execute(_CHANGE, {**row, "revision": change.revision})
            if written:
                await _write_values(transaction, change)
                await _write_services(transaction, change)
                await _list_erasure(transaction, change, self._policies.writes)
                if await transaction.fetch(_OWED, {"subject": change.subject}):
                    await transaction.execute(_SET_DUE, {"subject": change.subject, "next_due": AT_ONCE})
        if written and change.endings and change.at and crc32(change.subject.encode()) % PURGE_ONE_IN == 0:
            await self._database.execute(_UNLIST, {"before": micros(change.at - LISTED), "limit": PURGE})
        return written == 1

    async def claim(self, subject: str, claims: Sequence[Claim], now: datetime) -> list[str]:
        """Bind identifiers to the subject; return the items that another living subject holds."""
        return await binding.claim(self._database, subject, claims, now)

    async def unbind(
        self,
        subject: str,
        items: Sequence[str] | None,
        now: datetime,
        *,
        keep: Sequence[bytes] = (),
        forget: bool = False,
    ) -> None:
        """End or forget the subject's bindings."""
        await binding.unbind(self._database, subject, items, keep, None if forget else now)

    async def bound(self, subject: str) -> dict[str, tuple[bytes, ...]]:
        """Return the tags now bound to the subject, by item."""
        return await binding.bound(self._database, subject)

    async def take_in(self, newcomers: Sequence[Newcomer], mark: Mark) -> None:
        """Write subjects that do not exist yet and the mark of their run, in one transaction."""
        await taking_in.take_in(self._database, newcomers, mark, self._policies.writes)

    async def due(self, now: datetime, limit: int) -> list[str]:
        """Return subjects that the clocks have to look at, the longest due first."""
        rows = await self._database.fetch(_DUE, {"now": micros(now), "limit": limit})
        return [subject for (subject,) in rows]

    async def using(self, service: str, after: str, limit: int) -> list[str]:
        """Return subjects that still use a service."""
        rows = await self._database.fetch(_USING, {"service": service, "after": after, "limit": limit})
        return [subject for (subject,) in rows]

    async def endings(self, subject: str) -> list[EndedKey]:
        """Return the keys of the subject whose destruction is owed."""
        return [EndedKey(*row) for row in await self._database.fetch(_OWED, {"subject": subject})]

    async def ended(self, subject: str, keys: Sequence[EndedKey]) -> None:
        """Note that the keys are destroyed; when none is owed any more, the subject is due as its standing says."""
        async with self._database.transaction() as transaction:
            await transaction.execute(_HOLD_ROW, {"subject": subject})
            await transaction.execute_many(_PAID, [{"subject": subject, **key._asdict()} for key in keys])
            if not await transaction.fetch(_OWED, {"subject": subject}):
                for (standing,) in await transaction.fetch(_STANDING, {"subject": subject}):
                    await transaction.execute(_SET_DUE, {"subject": subject, "next_due": _next_due(standing)})

    async def first_seen(self, issuer: str, number: str, until: datetime) -> bool:
        """Note a single-use number; now and then forget some that ended long ago."""
        row: Parameters = {"issuer": issuer, "number": number, "until": micros(until)}
        first = await self._database.execute(_SEE, row) == 1
        if crc32(number.encode()) % PURGE_ONE_IN == 0:
            before = micros(until - LIFE)
            await self._database.execute(_FORGET_SEEN, {"issuer": issuer, "before": before, "limit": PURGE})
        return first


async def _write_values(transaction: Transaction, change: Change) -> None:
    subject = change.subject
    await transaction.execute_many(_PUT, [{"subject": subject, **value._asdict()} for value in change.puts])
    gone = [{"subject": subject, "ground": ground, "item": item} for ground, item in change.removals]
    await transaction.execute_many(_REMOVE, gone)
    await transaction.execute_many(_OWE, [{"subject": subject, **key._asdict()} for key in change.endings])
    usage = {key.ground.removesuffix(USAGE) for key in change.endings if key.ground.endswith(USAGE)}
    await transaction.execute_many(_SWEEP_USAGE, [{"subject": subject, "ground": ground} for ground in sorted(usage)])


async def _list_erasure(transaction: Transaction, change: Change, writes: int) -> None:
    """List a change that ends something, so that restoring an older backup ends it again: one row, whatever ended."""
    if change.endings or change.standing.erased_at is not None:
        at = change.at or change.standing.erased_at
        row: Parameters = {
            "subject": change.subject,
            "revision": change.revision + 1,
            "at": None if at is None else micros(at),
        }
        await transaction.execute(_LIST, {**row, "standing": write_standing(change.standing, writes)})


async def _write_services(transaction: Transaction, change: Change) -> None:
    """Keep the list of services that the subject still uses; most changes leave it as it is."""
    using = {service for service, ended in change.standing.services.items() if ended is None}
    listed = {service for (service,) in await transaction.fetch(_SERVICES, {"subject": change.subject})}
    joined = [{"subject": change.subject, "service": service} for service in sorted(using - listed)]
    left = [{"subject": change.subject, "service": service} for service in sorted(listed - using)]
    await transaction.execute_many(_JOIN, joined)
    await transaction.execute_many(_LEAVE, left)


def _next_due(standing: bytes) -> int | None:
    due = read_standing(standing).next_due()
    return None if due is None else micros(due)
