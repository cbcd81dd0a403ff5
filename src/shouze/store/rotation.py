"""Lets the epochs of wrapped keys be replaced: the gateway's port ``KeyTurning``.

Keys are walked in the order of their primary key, so many at a time, whatever their epoch: each statement is short on
a table of any size and with any statistics, and no index has to be kept that only this would use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from shouze.gateway.rotation_ports import Floor, KeyPlace, Page, Placed, Swap
from shouze.ledger.moments import micros, moment
from shouze.store.driver import Database, Dialect
from shouze.vault.keys import WrappedKey

_PAGE = """
SELECT subject, ground, version, epoch, suite, CASE WHEN epoch < :current THEN blob END FROM keys.subject_key
WHERE (subject, ground, version) > (:subject, :ground, :version) ORDER BY subject, ground, version LIMIT :limit
"""
_SWAP = """
UPDATE keys.subject_key AS living SET epoch = fresh.epoch, blob = fresh.blob FROM ({fresh}) AS fresh
WHERE living.subject = fresh.subject AND living.ground = fresh.ground AND living.version = fresh.version
    AND living.blob = fresh.before AND living.epoch < fresh.epoch
"""
_SWAPS: dict[Dialect, str] = {
    "sqlite": _SWAP.format(
        fresh="""
    SELECT value ->> 0 AS subject, value ->> 1 AS ground, value ->> 2 AS version, unhexed(value ->> 3) AS before,
        value ->> 4 AS epoch, unhexed(value ->> 5) AS blob
    FROM json_each(:swaps)
"""
    ),
    # Rows that others are writing are left out: who re-wraps never waits, so it takes part in no deadlock.
    "postgres": _SWAP.format(
        fresh="""
    SELECT held.subject, held.ground, held.version, swap.before, swap.epoch, swap.blob
    FROM (
        SELECT value ->> 0 AS subject, value ->> 1 AS ground, CAST(value ->> 2 AS bigint) AS version,
            decode(value ->> 3, 'hex') AS before, CAST(value ->> 4 AS bigint) AS epoch,
            decode(value ->> 5, 'hex') AS blob
        FROM jsonb_array_elements(CAST(:swaps AS jsonb)) AS element (value)
    ) AS swap JOIN keys.subject_key AS held
    ON held.subject = swap.subject AND held.ground = swap.ground AND held.version = swap.version
    WHERE held.blob = swap.before AND held.epoch < swap.epoch
    FOR UPDATE OF held SKIP LOCKED
"""
    ),
}
_FLOOR = "SELECT floor, cleared_at FROM keys.epoch_floor"
_RAISE = """
INSERT INTO keys.epoch_floor (id, floor, cleared_at) VALUES (1, :epoch, NULL)
ON CONFLICT (id) DO UPDATE SET floor = excluded.floor, cleared_at = NULL WHERE epoch_floor.floor < excluded.floor
"""
_BRIEFLY = "SET LOCAL lock_timeout = '250ms'"
_WAIT_FOR_WRITERS = "LOCK TABLE keys.subject_key IN SHARE MODE"
_CLEAR = "UPDATE keys.epoch_floor SET cleared_at = :now WHERE floor = :epoch AND cleared_at IS NULL"


class StoredKeyTurning:
    """``KeyTurning`` on a database; says what the port says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, after: KeyPlace, limit: int, current: int) -> Page:
        """Return the next keys."""
        rows = await self._database.fetch(_PAGE, {**after._asdict(), "limit": limit, "current": current})
        old = tuple(Placed(KeyPlace(*row[:3]), WrappedKey(*row[3:])) for row in rows if row[3] < current)
        return Page(Counter(row[3] for row in rows), KeyPlace(*rows[-1][:3]) if rows else None, old)

    async def swap(self, swaps: Sequence[Swap]) -> int:
        """Compare and swap."""
        rows = [(*each.place, each.before.blob.hex(), each.after.epoch, each.after.blob.hex()) for each in swaps]
        swapped = {"swaps": msgspec.json.encode(rows).decode()}
        return await self._database.execute(_SWAPS[self._database.dialect], swapped)

    async def floor(self) -> Floor:
        """Return the floor."""
        for epoch, cleared_at in await self._database.fetch(_FLOOR):
            return Floor(epoch, None if cleared_at is None else moment(cleared_at))
        return Floor(0, None)

    async def raise_floor(self, epoch: int) -> None:
        """Raise it, then wait for whoever began to add a key before.

        SQLite writes one after another. On PostgreSQL a statement that adds keys locks the table before it takes its
        snapshot: one that locked it before us has committed when our lock is granted, and one that locks it after us
        sees the raised floor. UnavailableError when a long maintenance of the table holds us up: try again.
        """
        await self._database.execute(_RAISE, {"epoch": epoch})
        if self._database.dialect == "postgres":
            async with self._database.transaction() as transaction:
                await transaction.execute(_BRIEFLY)
                await transaction.execute(_WAIT_FOR_WRITERS)

    async def clear(self, epoch: int, now: datetime) -> None:
        """Note the moment."""
        await self._database.execute(_CLEAR, {"epoch": epoch, "now": micros(now)})
