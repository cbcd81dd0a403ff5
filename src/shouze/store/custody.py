"""Keeps subjects, their sealed values and their identifiers: the gateway's port ``Custody``.

# Invariant: a transaction that spans subjects locks their rows in the order of their ids; none spans two tags.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zlib import crc32

from shouze.gateway.arriving import Mark
from shouze.gateway.batching import Batching
from shouze.gateway.ports import Answer, Change, Claim, EndedKey, Newcomer, Query
from shouze.ledger.moments import micros
from shouze.rules.standing import Standing
from shouze.store import binding, looking_up, taking_in
from shouze.store.change_rows import due_of
from shouze.store.changing import PAID, SET_DUE, about, change_many, settle
from shouze.store.driver import Database, Parameters
from shouze.store.policies import StoredPolicies
from shouze.store.standing_form import read_standing

LIFE = timedelta(days=1)
"""Longer than any single-use number lives; one that ended so long ago may be forgotten."""
PURGE_ONE_IN, PURGE = 16, 64
"""One number in so many takes the opportunity to forget so many old ones."""

_OWED = "SELECT subject, ground, version FROM custody.ending WHERE {} ORDER BY subject, ground, version"
_EVER_BOUND = "SELECT DISTINCT subject FROM custody.binding WHERE {}"
_HELD = "SELECT id, standing FROM custody.subject WHERE {} ORDER BY id"
_DUE = """
SELECT id FROM custody.subject WHERE next_due IS NOT NULL AND next_due <= :now ORDER BY next_due, id LIMIT :limit
"""
_USING = """
SELECT subject FROM custody.service_user WHERE service = :service AND subject > :after ORDER BY subject LIMIT :limit
"""
_STANDINGS = "SELECT id, standing FROM custody.subject WHERE id > :after ORDER BY id LIMIT :limit"
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
        self._change: Batching[Change, bool] = Batching(self._change_all)
        self._owed: Batching[str, list[EndedKey]] = Batching(self._owed_many)
        self._note_ended: Batching[tuple[str, Sequence[EndedKey]], None] = Batching(self._ended_many)

    async def look_up(self, queries: Sequence[Query]) -> list[Answer]:
        """Answer all queries with one statement in one snapshot."""
        return await looking_up.look_up(self._database, queries)

    async def change(self, change: Change) -> bool:
        """Write the next state unless the revision has moved on; changes that wait together are written together."""
        return await self._change(change)

    async def change_many(self, changes: Sequence[Change]) -> list[bool]:
        """Write next states in one transaction; what waits alone goes with others that do."""
        return [await self._change(changes[0])] if len(changes) == 1 else await self._change_all(changes)

    async def _change_all(self, changes: Sequence[Change]) -> list[bool]:
        return await change_many(self._database, changes, self._policies.writes)

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

    async def ever_bound(self, subjects: Sequence[str]) -> set[str]:
        """Return those of the subjects that have a binding, present or past."""
        return {subject for (subject,) in await about(self._database, self._database.dialect, _EVER_BOUND, subjects)}

    async def holders(self, tags: Sequence[bytes]) -> list[str]:
        """Return the subjects that any of the tags is bound to now, each once."""
        return await binding.holders(self._database, tags)

    async def holders_by_tag(self, tags: Sequence[bytes]) -> dict[bytes, set[str]]:
        """Return the subjects that each of the tags is bound to now."""
        return await binding.holders_by_tag(self._database, tags)

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

    async def standings(self, after: str, limit: int) -> list[tuple[str, Standing]]:
        """Return subjects with their standing."""
        rows = await self._database.fetch(_STANDINGS, {"after": after, "limit": limit})
        return [(subject, read_standing(written)) for subject, written in rows]

    async def endings(self, subject: str) -> list[EndedKey]:
        """Return the keys of the subject whose destruction is owed."""
        return await self._owed(subject)

    async def _owed_many(self, subjects: Sequence[str]) -> list[list[EndedKey]]:
        owed: dict[str, list[EndedKey]] = {subject: [] for subject in subjects}
        for subject, *key in await about(self._database, self._database.dialect, _OWED, owed):
            owed[subject].append(EndedKey(*key))
        return [owed[subject] for subject in subjects]

    async def ended(self, subject: str, keys: Sequence[EndedKey]) -> None:
        """Note that the keys are destroyed; when none is owed any more, the subject is due as its standing says."""
        await self._note_ended((subject, keys))

    async def _ended_many(self, ended: Sequence[tuple[str, Sequence[EndedKey]]]) -> list[None]:
        dialect, subjects = self._database.dialect, sorted({subject for subject, _ in ended})
        async with self._database.transaction() as transaction:
            held = dict(await about(transaction, dialect, _HELD, subjects, column="id", lock=True))
            paid = [{"subject": subject, **key._asdict()} for subject, keys in ended for key in keys]
            await transaction.execute_many(PAID, paid)
            owing = {subject for subject, *_ in await about(transaction, dialect, _OWED, subjects)}
            dues = [{"subject": each, "next_due": due_of(read_standing(held[each]))} for each in held.keys() - owing]
            await transaction.execute_many(SET_DUE, dues)
        return [None] * len(ended)

    async def settled(self, changes: Sequence[Change]) -> None:
        """Note that the keys which these changes ended are destroyed."""
        await settle(self._database, changes)

    async def first_seen(self, issuer: str, number: str, until: datetime) -> bool:
        """Note a single-use number; now and then forget some that ended long ago."""
        row: Parameters = {"issuer": issuer, "number": number, "until": micros(until)}
        first = await self._database.execute(_SEE, row) == 1
        if crc32(number.encode()) % PURGE_ONE_IN == 0:
            before = micros(until - LIFE)
            await self._database.execute(_FORGET_SEEN, {"issuer": issuer, "before": before, "limit": PURGE})
        return first
